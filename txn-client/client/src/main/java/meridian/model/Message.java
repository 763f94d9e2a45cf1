package meridian.model;

/// What one process says to another. The families are sealed: see `ClientMessage`, `PaxosMessage`,
/// `ParticipantMessage` and `CoordinatorMessage`.
public interface Message {}
