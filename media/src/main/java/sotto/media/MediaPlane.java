package sotto.media;

/** The audio plane: media workers, port pool and tap. Thread-safe. */
public final class MediaPlane implements AutoCloseable {
    private MediaPlane() {}

    /** Starts workers and tap. */
    public static MediaPlane start(MediaSettings settings) {
        throw new UnsupportedOperationException();
    }

    /**
     * Opens two legs, a port pair each, bound and silent until {@link CallMedia#connect}.
     *
     * @param callId names the call in tap files
     * @throws NoFreePorts where the pool is used up; nothing is held then
     */
    public CallMedia open(String callId) throws NoFreePorts {
        throw new UnsupportedOperationException();
    }

    /** Totals over all legs, ended ones included; read by the metrics page. */
    public MediaCounters counters() {
        throw new UnsupportedOperationException();
    }

    /** Ends all legs, flushes tap files and stops the workers. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
