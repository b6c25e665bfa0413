package sotto.perf;

import java.util.Optional;
import sotto.proxy.demo.G711;

/** What single calls say, and who hears them; calls are numbered. */
interface Lines {
    /** Makes a leg's audio. */
    @FunctionalInterface
    interface Mouth {
        /** The next payload; empty where its packet gets lost on the way. */
        Optional<byte[]> next(long nowNs);
    }

    /** Takes a leg's audio. */
    @FunctionalInterface
    interface Ear {
        void heard(int timestamp, byte[] payload, long nowNs);
    }

    /** Of the call's codec. */
    G711 law(int call);

    /** Of the calling leg, whose dialog has this Call-ID. */
    Mouth mouth(int call, String callId);

    /** Of the called leg. */
    Ear ear(int call);
}
