package sotto.perf.relay;

/**
 * What a relay settled for a call.
 *
 * @param caller its plain side
 * @param agent its other side, which has SRTP where that is measured
 */
record CallEnds(LegEnd caller, LegEnd agent) {}
