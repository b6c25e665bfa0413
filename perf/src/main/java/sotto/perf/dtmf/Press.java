package sotto.perf.dtmf;

/**
 * One key that is pressed.
 *
 * @param digit 0 to 9
 * @param from its first sample in the script
 * @param until the first sample behind it
 */
public record Press(int digit, int from, int until) {}
