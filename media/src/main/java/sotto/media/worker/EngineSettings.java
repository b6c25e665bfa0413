package sotto.media.worker;

/**
 * How media workers get packets in and out.
 *
 * @param engine which engine
 * @param idle what a worker does when there is no packet
 * @param spinUs with {@link Idle#SPIN}: how long it looks for one before it waits, in microseconds, at least 1
 * @param batchUs with {@link Idle#BLOCK}: how long a packet may wait for others, in microseconds; 0 for not at all. Only by
 *     uring, on Linux from 6.12 on
 */
public record EngineSettings(Engine engine, Idle idle, int spinUs, int batchUs) {
    /** What is taken where nothing is said. */
    public static final EngineSettings DEFAULT = new EngineSettings(Engine.AUTO, Idle.BLOCK, 50, 50);

    /** Which engine. */
    public enum Engine {
        /** uring where it runs, else nio. */
        AUTO,
        /** The portable one. */
        NIO,
        /** io_uring, or none at all. */
        URING
    }

    /** What a worker does when there is no packet. */
    public enum Idle {
        /** It waits, and costs nothing. */
        BLOCK,
        /** It looks for one for a while, which costs a core, before it waits. */
        SPIN
    }

    public EngineSettings {
        if (spinUs < 1 || batchUs < 0) {
            throw new IllegalArgumentException("spin of " + spinUs + " us, batch of " + batchUs + " us");
        }
    }

    long spinNs() {
        return idle == Idle.SPIN ? 1_000L * spinUs : 0;
    }
}
