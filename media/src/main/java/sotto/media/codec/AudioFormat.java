package sotto.media.codec;

/** The audio codec of a leg, as offer and answer settled it. */
public enum AudioFormat {
    PCMU,
    PCMA,
    /** Anything else: passed untouched, and muted while secure-pay is on, for it cannot be decoded here. */
    OPAQUE
}
