package sotto.media.uring;

import java.io.IOException;

/** There is no ring to be had here. The message says why, and what would help, in the words of who runs the machine. */
public final class RingRefused extends IOException {
    private static final long serialVersionUID = 1;

    public RingRefused(String why) {
        super(why);
    }
}
