/// Stores of a simulated node: the cells of [meridian.storage.cells] in memory, on a disk that can
/// crash, fill up and rot. Pure.
package meridian.storage.memory;
