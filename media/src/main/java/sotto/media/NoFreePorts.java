package sotto.media;

/** Every port pair of the pool is in use, or could not be bound. */
public final class NoFreePorts extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param pairs port pairs in the pool
     * @param inUse of these, held by legs
     */
    public NoFreePorts(int pairs, int inUse) {
        super("no media port free: " + inUse + " of " + pairs + " port pairs in use");
    }
}
