package sotto.perf.dtmf;

/** Hears the keys in one line. One thread. */
interface Detector extends AutoCloseable {
    /** What {@link #next} says where there is no key. */
    int NONE = -1;

    /**
     * Takes the line's next packet.
     *
     * @param octets of the line's law of G.711
     * @param from the first of {@link Script#PACKET} of them
     */
    void hear(byte[] octets, int from);

    /** A key that was heard and not told yet, by the number that RFC 4733 §3.2 gives it; {@link #NONE} where all are. */
    int next() throws InterruptedException;

    @Override
    void close();
}
