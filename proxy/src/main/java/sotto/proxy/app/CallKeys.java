package sotto.proxy.app;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import sotto.media.CallMedia;
import sotto.media.MaskRefused;
import sotto.media.MaskReport;
import sotto.media.Masking;
import sotto.media.dtmf.MaskSettings;
import sotto.pci.capture.KeySource;
import sotto.pci.capture.PaymentView;

/** Gives the card plane the keys of a call: media's mask behind pci's port, so that neither knows the other. Thread-safe. */
final class CallKeys implements KeySource {
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final MaskSettings settings;
    private final BiConsumer<PaymentView, MaskReport> evidence;
    private volatile Function<String, Optional<CallMedia>> calls = id -> Optional.empty();

    /** @param evidence told of each capture that is over */
    CallKeys(MaskSettings settings, BiConsumer<PaymentView, MaskReport> evidence) {
        this.settings = settings;
        this.evidence = evidence;
    }

    /** From now on, calls are found here. */
    void serve(Function<String, Optional<CallMedia>> media) {
        calls = media;
    }

    @Override
    public Keys arm(String callId) throws ArmFailed, NotAnswered {
        CallMedia media = calls.apply(callId).orElseThrow(NotAnswered::new);
        try {
            Masking masking = media.mask(settings);
            asked.add(callId);
            return new MaskedKeys(masking, evidence);
        } catch (MaskRefused e) {
            if (calls.apply(callId).isEmpty()) {
                throw new NotAnswered(); // it ended meanwhile, and no sink is to blame
            }
            throw new ArmFailed(Objects.requireNonNullElse(e.getMessage(), "the mask was refused"));
        }
    }

    /** True for a call that was masked at some time; it is forgotten then. */
    boolean wasMasked(String callId) {
        return asked.remove(callId);
    }

    private record MaskedKeys(Masking masking, BiConsumer<PaymentView, MaskReport> evidence) implements Keys {
        static { // the same numbers on both sides of the seam
            if (NO_KEY != Masking.NO_KEY || END_OF_KEYS != Masking.END_OF_KEYS) {
                throw new IllegalStateException("key codes of media and pci differ");
            }
        }

        @Override
        public int nextKey(Duration atMost) throws InterruptedException {
            return masking.nextKey(atMost);
        }

        @Override
        public List<String> sinks() {
            return masking.sinks();
        }

        @Override
        public boolean awaitSpeech(Duration atMost) throws InterruptedException {
            return masking.awaitSpeech(atMost);
        }

        @Override
        public void close() {
            masking.close();
        }

        @Override
        public void over(PaymentView payment) {
            evidence.accept(payment, masking.report());
        }
    }
}
