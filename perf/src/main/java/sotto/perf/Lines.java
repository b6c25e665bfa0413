package sotto.perf;

import java.util.List;
import sotto.perf.dtmf.Packet;
import sotto.proxy.demo.G711;

/** What single calls say, and who hears them; calls are numbered. */
interface Lines {
    /** Makes a leg's packets. */
    @FunctionalInterface
    interface Mouth {
        /** Those that go out now, 20 ms after the last, in their order. */
        List<Packet> next(long nowNs);
    }

    /** Takes a leg's packets. */
    @FunctionalInterface
    interface Ear {
        void heard(int payloadType, int timestamp, byte[] payload, long nowNs);
    }

    /** Of the call's codec. */
    G711 law(int call);

    /** Of the calling leg, whose dialog has this Call-ID. */
    Mouth mouth(int call, String callId);

    /** Of the called leg. */
    Mouth answer(int call);

    /** Of the called leg. */
    Ear ear(int call);
}
