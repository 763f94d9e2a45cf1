(ns meridian.elle
  "A second opinion on histories, by another method: instead of looking for an execution, as the
  Java checker does, look for cycles of dependencies (Adya, Liskov and O'Neil, ICDE 2000; Kingsbury
  and Alvaro, \"Elle\", VLDB 2020). On lists both methods decide the same question, so they must
  agree. On registers this one sees only the dependencies that reads show, so it misses violations,
  but what it finds is one.

  A transaction is a vector [id session invoked completed outcome ops], an op [kind key value], where
  a value read from a list is a vector, and an empty vector read from a register is nothing."
  (:require [clojure.set :as set]))

;; What the history says.

(defn- writes? [[kind]] (contains? #{:append :write} kind))

(defn- final-writes
  "What others may see of a transaction: by key, all appends in order, or the last write."
  [[_ _ _ _ _ ops]]
  (reduce (fn [seen [kind key value]]
            (case kind
              :append (update seen key (fnil conj []) value)
              :write (assoc seen key [value])
              seen))
          {} ops))

(defn- externals
  "The reads of a transaction that say something of others, as [key values], without own appends;
  or :internal in place of values that contradict its own writes."
  [[_ _ _ _ _ ops] lists]
  (loop [ops ops own {} reads []]
    (if-let [[kind key value :as op] (first ops)]
      (cond
        (writes? op)
        (recur (rest ops)
               (if (= :append kind) (update own key (fnil conj []) value) (assoc own key [value]))
               reads)

        (lists key)
        (let [value (vec value) mine (own key []) length (- (count value) (count mine))]
          (recur (rest ops) own
                 (conj reads [key (if (and (nat-int? length) (= mine (subvec value length)))
                                    (subvec value 0 length)
                                    :internal)])))

        (contains? own key)
        (recur (rest ops) own
               (if (= [value] (own key)) reads (conj reads [key :internal])))

        :else
        (recur (rest ops) own (conj reads [key (if (vector? value) value [value])])))
      reads)))

(defn- counting
  "The transactions that committed, as somebody said so or somebody read what they wrote."
  [txns]
  (let [writers (into {} (for [[_ _ _ _ outcome ops :as txn] txns
                               :when (= :unknown outcome)
                               [_ key value :as op] ops
                               :when (writes? op)]
                           [[key value] txn]))
        read-by (fn [[_ _ _ _ _ ops]]
                  (for [[_ key value :as op] ops
                        :when (not (writes? op))
                        one (if (sequential? value) value [value])
                        :let [writer (writers [key one])]
                        :when writer]
                    writer))]
    (loop [known (set (filter #(= :committed (nth % 4)) txns)) todo (seq known)]
      (if todo
        (let [more (remove known (read-by (first todo)))]
          (recur (into known more) (seq (concat (rest todo) (distinct more)))))
        (sort-by first known)))))

;; Dependencies: maps from a node to its edges, each [kind node].

(defn- edge [graph kind from to]
  (if (= from to) graph (update graph from (fnil conj #{}) [kind to])))

(defn- list-order
  "The longest read of each list, or :incompatible if another is not a prefix of it."
  [reads]
  (reduce (fn [longest [key value]]
            (let [known (longest key [])]
              (if (= :incompatible known)
                longest
                (let [shared (min (count value) (count known))]
                  (cond
                    (not= (subvec value 0 shared) (subvec known 0 shared))
                    (assoc longest key :incompatible)
                    (> (count value) (count known)) (assoc longest key value)
                    :else longest)))))
          {} reads))

(defn- runs
  "A list as the transactions that appended it, or nil if it shows one twice or in part."
  [key values writer finals]
  (loop [left values found []]
    (if (empty? left)
      found
      (let [txn (writer [key (first left)])
            run (get-in finals [txn key])]
        (when (and txn (not (some #{txn} found))
                   (= run (take (count run) left)))
          (recur (drop (count run) left) (conj found txn)))))))

(defn- facts [txns lists]
  (let [txns (counting txns)
        finals (into {} (map (juxt first final-writes)) txns)
        writer (into {} (for [[txn seen] finals [key values] seen value values]
                          [[key value] txn]))
        reads (for [txn txns [key value] (externals txn lists)] [(first txn) key value])]
    {:txns txns :finals finals :lists lists
     :reads (for [[txn key value] reads]
              [txn key value (if (= :internal value) nil (runs key value writer finals))])
     :longest (list-order (for [[_ key value] reads
                                :when (and (lists key) (not= :internal value))]
                            [key value]))
     :writer writer}))

(defn- unreadable
  "Reads that no order of transactions explains (G1a, G1b, internal, incompatible orders)."
  [{:keys [reads longest]}]
  (for [[txn key value sources] reads
        :when (or (= :internal value) (nil? sources) (some #{txn} sources)
                  (= :incompatible (longest key)))]
    [txn key value]))

(defn- list-edges [{:keys [reads longest writer finals lists]} graph]
  (let [by-key (reduce (fn [m [txn seen]] (reduce #(update %1 %2 (fnil conj []) txn) m (keys seen)))
                       {} finals)]
    (reduce
     (fn [graph key]
       (let [order (runs key (longest key []) writer finals)
             unseen (remove (set order) (by-key key))
             following (zipmap (cons nil order) (concat (map list (rest (cons nil order))) [unseen]))]
         (as-> graph g
           (reduce (fn [g [from to]] (edge g :ww from to)) g (partition 2 1 order))
           (reduce (fn [g to] (if (seq order) (edge g :ww (last order) to) g)) g unseen)
           (reduce (fn [g [txn _ _ sources]]
                     (as-> g g
                       (if (seq sources) (edge g :wr (last sources) txn) g)
                       (reduce (fn [g to] (edge g :rw txn to)) g (following (last sources)))))
                   g (filter #(= key (second %)) reads)))))
     graph (filter lists (keys by-key)))))

(defn- register-edges [{:keys [reads finals lists]} graph]
  (let [reads (remove #(lists (second %)) reads)
        by-key (reduce (fn [m [txn seen]] (reduce #(update %1 %2 (fnil conj []) txn) m (keys seen)))
                       {} finals)
        ;; Who read a version and wrote the key came after it.
        overwriters (reduce (fn [m [txn key _ sources]]
                              (if (contains? (finals txn) key)
                                (update m [key (first sources)] (fnil conj #{}) txn)
                                m))
                            {} reads)]
    (reduce (fn [graph [txn key _ sources]]
              (as-> graph g
                (if (seq sources) (edge g :wr (first sources) txn) g)
                (reduce #(edge %1 :rw txn %2) g
                        (if (seq sources) (overwriters [key (first sources)]) (by-key key)))))
            graph reads)))

(defn- session-edges [{:keys [txns]} graph]
  (first
   (reduce (fn [[graph latest] [id session _ _ outcome]]
             [(if-let [before (latest session)] (edge graph :session before id) graph)
              (if (= :committed outcome) (assoc latest session id) latest)])
           [graph {}] txns)))

(defn- time-edges
  "Real time as a line of moments: a completion leads to its moment, a moment to the next, and the
  last one before an invocation to the transaction invoked."
  [{:keys [txns]} graph]
  (let [completed (sort-by #(nth % 3) (remove #(= Long/MAX_VALUE (nth % 3)) txns))
        graph (first (reduce (fn [[g before] [id _ _ end]]
                               (let [moment [:moment end]]
                                 [(cond-> (edge g :time id moment)
                                    before (edge :time before moment))
                                  moment]))
                             [graph nil] completed))
        moments (into (sorted-set) (map #(nth % 3)) completed)]
    (reduce (fn [g [id _ start]]
              (if-let [end (first (rsubseq moments < start))] (edge g :time [:moment end] id) g))
            graph txns)))

;; Cycles.

(defn- cycle-in
  "Some cycle of a graph given by its nodes and their successors, or nil: what is left when nodes
  that nothing leads to are taken away, again and again, goes round in circles."
  [nodes successors]
  (let [incoming (reduce (fn [m n] (reduce #(update %1 %2 (fnil inc 0)) m (successors n))) {} nodes)
        left (loop [incoming incoming todo (remove #(pos? (incoming % 0)) nodes) left (set nodes)]
               (if-let [node (first todo)]
                 (let [after (successors node)
                       incoming (reduce #(update %1 %2 dec) incoming after)]
                   (recur incoming
                          (into (rest todo) (filter #(zero? (incoming %)) (distinct after)))
                          (disj left node)))
                 left))]
    ;; Backward, as every node that is left has one before it that is left too.
    (when (seq left)
      (let [before (into {} (for [n left to (successors n) :when (left to)] [to n]))]
        (loop [node (first left) path (list node)]
          (let [previous (before node)]
            (if (some #{previous} path)
              (vec (cons previous (take-while #(not= previous %) path)))
              (recur previous (conj path previous)))))))))

(defn- nodes-of [graph]
  (set/union (set (keys graph)) (into #{} (mapcat #(map second %)) (vals graph))))

(defn- only [graph kinds]
  (fn [node] (for [[kind to] (graph node) :when (kinds kind)] to)))

(defn- g1c [graph] (cycle-in (nodes-of graph) (only graph #{:ww :wr})))

(defn- g-single
  "A cycle with exactly one anti-dependency."
  [graph]
  (let [after (only graph #{:ww :wr})
        reaches? (fn [from to]
                   (loop [todo [from] seen #{from}]
                     (cond
                       (empty? todo) false
                       (= to (peek todo)) true
                       :else (let [more (remove seen (after (peek todo)))]
                               (recur (into (pop todo) more) (into seen more))))))]
    (first (for [[from edges] graph [kind to] edges
                 :when (and (= :rw kind) (reaches? to from))]
             [from to]))))

(defn- g-nonadjacent
  "A cycle without two anti-dependencies in a row: each node twice, so that one remembers by what
  it was reached."
  [graph]
  (cycle-in (for [n (nodes-of graph) anti? [false true]] [n anti?])
            (fn [[node anti?]]
              (for [[kind to] (graph node)
                    :when (not (and anti? (= :rw kind)))]
                [to (= :rw kind)]))))

(defn- any-cycle [graph] (cycle-in (nodes-of graph) #(map second (graph %))))

(defn check
  "The levels of a history, by name: {:valid? true|false|:unknown, :evidence ...}. `lists` are the keys
  that are lists. Nothing is known of a register history in which nobody depends on anybody."
  [txns list-keys]
  (let [lists (set list-keys)
        found (facts txns lists)
        bad (seq (unreadable found))
        graph (when-not bad (register-edges found (list-edges found {})))
        sessions (when-not bad (session-edges found graph))
        times (when-not bad (time-edges found sessions))
        unknown? (and (empty? graph) (not bad) (some #(not (lists (second %))) (:reads found)))
        verdict (fn [evidence]
                  (cond
                    bad {:valid? false :evidence (pr-str (first bad))}
                    (evidence) {:valid? false :evidence (pr-str (evidence))}
                    unknown? {:valid? :unknown :evidence "no dependencies"}
                    :else {:valid? true :evidence ""}))]
    (into (sorted-map)
          {"read-committed" (verdict #(g1c graph))
           "parallel-snapshot" (verdict #(or (g1c graph) (g-single graph)))
           "snapshot" (verdict #(g-nonadjacent graph))
           "session-snapshot" (verdict #(g-nonadjacent sessions))
           "strong-snapshot" (verdict #(g-nonadjacent times))
           "serializable" (verdict #(any-cycle graph))
           "session-serializable" (verdict #(any-cycle sessions))
           "strict-serializable" (verdict #(any-cycle times))})))
