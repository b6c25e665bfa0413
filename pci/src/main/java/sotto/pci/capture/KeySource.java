package sotto.pci.capture;

import java.time.Duration;
import java.util.List;

/** The card plane's port to a call's audio: masks it, and gives the key presses. One small adapter elsewhere serves it. */
public interface KeySource {
    /**
     * Turns the mask on at every sink of a call.
     *
     * @throws ArmFailed where a sink did not acknowledge; the mask is off then
     * @throws NotAnswered where the call is not answered yet, or over
     */
    Keys arm(String callId) throws ArmFailed, NotAnswered;

    /** A call whose audio is masked. One reader. Closing gives speech back, once no key sounds. */
    interface Keys extends AutoCloseable {
        /** No key came in time. */
        int NO_KEY = -1;
        /** The call is over: no key will come. */
        int END_OF_KEYS = -2;
        /** The star key. */
        int STAR = 10;
        /** The hash key. */
        int HASH = 11;

        /**
         * Waits for the next key press.
         *
         * @return 0 to 9, {@link #STAR}, {@link #HASH}, 12 to 15 for A to D, {@link #NO_KEY} or {@link #END_OF_KEYS}
         */
        int nextKey(Duration atMost) throws InterruptedException;

        /** Sinks that acknowledged. */
        List<String> sinks();

        /**
         * Waits, after {@link #close}, until the caller is heard again: a key that sounds then is masked until it ends.
         *
         * @return false where the mask is still on; true also where the call is over
         */
        boolean awaitSpeech(Duration atMost) throws InterruptedException;

        @Override
        void close();

        /**
         * Tells, last of all and once, what became of the payment that these keys were for: the capture is over, whichever
         * way, and its digits are wiped. Whoever keeps evidence of it has all of it now. Must not throw.
         *
         * @param payment as it stands before it is {@code CLOSED}
         */
        default void over(PaymentView payment) {}
    }

    /** The mask is not on: a fault of a sink. */
    final class ArmFailed extends Exception {
        private static final long serialVersionUID = 1L;

        public ArmFailed(String reason) {
            super(reason);
        }
    }

    /** There is nothing to mask: the call is not answered yet, or over. */
    final class NotAnswered extends Exception {
        private static final long serialVersionUID = 1L;

        public NotAnswered() {
            super("secure-pay takes an answered call that is not over");
        }
    }
}
