/// The words that everything else is said in: keys, times, names, transactions. Pure: no clock,
/// thread, socket or file.
package meridian.model;
