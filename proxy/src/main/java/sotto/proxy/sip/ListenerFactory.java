package sotto.proxy.sip;

import gov.nist.javax.sip.stack.MessageProcessor;
import gov.nist.javax.sip.stack.OIOMessageProcessorFactory;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import gov.nist.javax.sip.stack.UDPMessageProcessor;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Makes the stack's listeners: its blocking ones (docs/adr/0006), UDP so that it can be stopped. Made by the stack, by name. */
public final class ListenerFactory extends OIOMessageProcessorFactory {
    @Override
    public MessageProcessor createMessageProcessor(
            SIPTransactionStack stack, InetAddress address, int port, String transport) throws IOException {
        return transport.equalsIgnoreCase(SipTransport.UDP.token())
                ? new Udp(address, stack, port)
                : super.createMessageProcessor(stack, address, port, transport);
    }

    /** The stack's own falls over its threads where it is stopped before they have begun, and leaves its socket open. */
    private static final class Udp extends UDPMessageProcessor {
        private static final Duration BEGIN = Duration.ofSeconds(5);

        Udp(InetAddress address, SIPTransactionStack stack, int port) throws IOException {
            super(address, stack, port);
        }

        @Override
        public void stop() {
            long endNs = System.nanoTime() + BEGIN.toNanos();
            while (!hasBegun() && System.nanoTime() < endNs) {
                LockSupport.parkNanos(1_000_000);
            }
            super.stop();
        }

        private boolean hasBegun() {
            return messageChannels != null && !messageChannels.isEmpty(); // one thread: StackSettings
        }
    }
}
