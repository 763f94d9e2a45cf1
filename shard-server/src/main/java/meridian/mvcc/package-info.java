/// Versions of keys in time. Pure.
package meridian.mvcc;
