package sotto.media.dtmf;

import java.time.Duration;

/**
 * What stands where a key was, and for how long.
 *
 * @param filling at the agent's leg and in the caller's copies
 * @param echoTail that much of the copies of the agent's own audio is silence behind each key; zero leaves them as they are
 */
public record MaskSettings(Filling filling, Duration echoTail) {
    public static final MaskSettings DEFAULT = new MaskSettings(Filling.SILENCE, Duration.ofMillis(250));

    public MaskSettings {
        if (echoTail.isNegative() || echoTail.compareTo(Duration.ofSeconds(10)) > 0) {
            throw new IllegalArgumentException("an echo is over after " + echoTail);
        }
    }
}
