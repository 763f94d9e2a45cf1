package meridian.runtime;

import java.util.function.LongSupplier;
import meridian.storage.LogStore;
import meridian.storage.StateStore;

/// What a node stores on.
///
/// @param freeBytes asks how much room the file system has; called on a thread that may block
/// @param headroomBytes with less room than this the node is told that the disk is full, while
///   there is still enough for what it must write to come to rest
public record Disk(LogStore log, StateStore state, LongSupplier freeBytes, long headroomBytes) {}
