package sotto.media.dtmf;

/** What stands where a key was. None of them tells anything of it: each sample depends on its place alone. */
public enum Filling {
    /** Nothing. */
    SILENCE,
    /** White noise, as loud as the line was before the key when nobody spoke; nothing where that is not known yet. */
    NOISE,
    /** 400 Hz at -20 dBm0, whichever key it is: whoever listens knows that one was pressed. */
    TONE
}
