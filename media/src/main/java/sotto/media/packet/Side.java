package sotto.media.packet;

/** The two ends of a call. */
public enum Side {
    /** The carrier's side: the person who calls, or is called, from outside. */
    CALLER,
    /** The contact centre's side: agent, headset, recorder. No digit may reach it while secure-pay is on. */
    AGENT;

    /** The other end. */
    public Side other() {
        return this == CALLER ? AGENT : CALLER;
    }
}
