package meridian.runtime;

/// What a running node counts, from its start on.
public enum Meter {
  /// Turns of the driver: everything that had arrived was stepped, and `finish` was called.
  TURNS,
  /// Inputs stepped.
  INPUTS,
  /// Messages that the node sent to itself.
  MESSAGES_TO_SELF,

  /// Durable commits of the log.
  SYNCS,
  /// Writes in them.
  LOG_WRITES,
  /// About how many bytes of log entries they held.
  LOG_BYTES,
  /// Commits that found no room and were tried again.
  SYNCS_WITHOUT_SPACE,
  /// Flushes of the state store.
  FLUSHES,

  /// To other nodes and to clients.
  MESSAGES_SENT,
  MESSAGES_RECEIVED,
  FRAMES_SENT,
  FRAMES_RECEIVED,
  /// Bytes of frames, before gRPC and HTTP/2 wrap them.
  BYTES_SENT,
  BYTES_RECEIVED,

  /// Messages for somebody to whom no stream is open.
  DROPPED_NO_ROUTE,
  /// Messages for somebody who does not keep up.
  DROPPED_QUEUE_FULL,
  /// Messages larger than any may be.
  DROPPED_TOO_LARGE,
  /// Messages lost to a partition that somebody asked for.
  DROPPED_PARTITIONED,
  /// Messages from other nodes that came while too much was waiting here.
  DROPPED_INBOX_FULL,

  /// Frames that could not be read; each cost its sender the stream.
  BAD_FRAMES,
  /// Streams refused because the two do not belong together.
  STREAMS_REFUSED,
  /// Streams opened, by either side.
  STREAMS_OPENED,
}
