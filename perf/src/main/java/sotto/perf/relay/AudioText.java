package sotto.perf.relay;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import sotto.media.srtp.SrtpSuite;
import sotto.proxy.demo.AudioSdp;
import sotto.proxy.demo.G711;

/** Descriptions of one stream of PCMU, with one SDES line of a suite that is asked for, as text. Stateless. */
final class AudioText {
    private AudioText() {}

    /** An offer of plain RTP. */
    static String offer(InetSocketAddress rtp) {
        return text(plain(rtp).encode());
    }

    private static AudioSdp plain(InetSocketAddress rtp) {
        return new AudioSdp(rtp, List.of(G711.PCMU), OptionalInt.of(AudioSdp.TELEPHONE_EVENT), Optional.empty());
    }

    /**
     * An answer, and what the leg has from then on.
     *
     * @param text the description
     * @param leg where to send to, and keys
     */
    record Answer(String text, LegEnd leg) {}

    /**
     * Answers an offer.
     *
     * @param suite that is taken; empty for plain RTP
     * @throws IllegalArgumentException where it is not offered, or nothing is that we can read
     */
    static Answer answer(String offer, InetSocketAddress rtp, Optional<SrtpSuite> suite) {
        if (suite.isEmpty()) {
            return new Answer(offer(rtp), LegEnd.plain(rtp(offer)));
        }
        AudioSdp theirs = AudioSdp.read(octets(offer), suite.get()).orElseThrow(() -> unreadable(offer));
        AudioSdp ours = AudioSdp.answering(theirs, rtp);
        if (theirs.crypto().isEmpty() || ours.crypto().isEmpty()) {
            throw new IllegalArgumentException("the relay does not offer " + suite.get());
        }
        LegEnd.Keys keys = new LegEnd.Keys(
                ours.crypto().get().keys(), theirs.crypto().get().keys());
        return new Answer(text(ours.encode()), new LegEnd(theirs.rtp(), Optional.of(keys)));
    }

    /** Where a description says that audio goes. */
    static InetSocketAddress rtp(String description) {
        return AudioSdp.read(octets(description))
                .orElseThrow(() -> unreadable(description))
                .rtp();
    }

    private static IllegalArgumentException unreadable(String description) {
        return new IllegalArgumentException("no address in a description:\n" + description);
    }

    static byte[] octets(String description) {
        return description.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] body) {
        return new String(body, StandardCharsets.ISO_8859_1);
    }
}
