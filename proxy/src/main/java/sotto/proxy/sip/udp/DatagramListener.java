package sotto.proxy.sip.udp;

import gov.nist.core.HostPort;
import gov.nist.javax.sip.SipStackImpl;
import gov.nist.javax.sip.stack.DatagramQueuedMessageDispatch;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import gov.nist.javax.sip.stack.UDPMessageChannel;
import gov.nist.javax.sip.stack.UDPMessageProcessor;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Takes datagrams off the socket on a thread of its own, and hands each on in as many octets as it has; sends by the same
 * socket, from any thread. The stack's own listener makes room for the longest message each time: a fifth of all that a
 * call allocates, and 16 KiB held for each that waits.
 */
public final class DatagramListener extends UDPMessageProcessor {
    /** Some seconds of the most calls that are answered; what is behind them would be answered too late. */
    static final int MAX_WAITING = 8192;

    private static final long PAUSE_NS = 10_000_000;

    private static final Duration MOST_WAIT = Duration.ofSeconds(1);

    private final Runnable overrun;
    private volatile @Nullable Thread reader;

    /**
     * Binds the port.
     *
     * @param overrun told of each datagram that is dropped, for {@value #MAX_WAITING} wait already
     */
    public DatagramListener(SIPTransactionStack stack, InetAddress address, int port, Runnable overrun)
            throws IOException {
        super(address, stack, port);
        this.overrun = overrun;
        messageQueue = new LinkedBlockingQueue<>(MAX_WAITING);
    }

    /** Sends by the listener's socket. The stack's own has another for each message, where its own factory is not used. */
    private static final class Way extends UDPMessageChannel {
        private final DatagramListener listener;

        /** One that parses what is taken, too, on a thread of its own. */
        Way(DatagramListener listener, String thread) {
            super(listener.sipStack, listener, thread);
            this.listener = listener;
        }

        Way(DatagramListener listener, InetAddress address, int port) {
            super(address, port, listener.sipStack, listener);
            this.listener = listener;
        }

        @Override
        protected void sendMessage(byte[] message, InetAddress to, int port, boolean again) throws IOException {
            listener.sock.send(new DatagramPacket(message, message.length, to, port));
        }

        @Override
        protected void sendMessage(byte[] message, InetAddress to, int port, String protocol, boolean again)
                throws IOException {
            if (protocol.equalsIgnoreCase("UDP")) {
                sendMessage(message, to, port, again);
            } else {
                super.sendMessage(message, to, port, protocol, again);
            }
        }
    }

    @Override
    public MessageChannel createMessageChannel(HostPort target) throws UnknownHostException {
        return createMessageChannel(target.getInetAddress(), target.getPort());
    }

    @Override
    public MessageChannel createMessageChannel(InetAddress address, int port) {
        return new Way(this, address, port);
    }

    /** The stack's own makes its reader later, and falls over it where it is stopped before that. */
    @Override
    @SuppressWarnings("JdkObsolete") // the stack's field is one
    public void start() throws IOException {
        String name = ((SipStackImpl) sipStack).getStackName() + "-UDPMessageChannelThread";
        messageChannels = new LinkedList<>(List.of(new Way(this, name)));
        super.start();
    }

    /** Closed while it receives, a socket has its port until its reader has noticed. */
    @Override
    public void stop() {
        super.stop();
        Thread receives = reader;
        if (receives != null) {
            try {
                receives.join(MOST_WAIT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void run() {
        reader = Thread.currentThread();
        byte[] longest = new byte[sipStack.getMaxMessageSize()];
        while (isRunning) {
            try {
                DatagramPacket taken = new DatagramPacket(longest, longest.length);
                sock.receive(taken);
                taken.setData(Arrays.copyOf(longest, taken.getLength()));
                Arrays.fill(
                        longest, 0, taken.getLength(), (byte) 0); // it may have had a key, and a shorter one may follow
                if (!messageQueue.offer(new DatagramQueuedMessageDispatch(taken, System.currentTimeMillis()))) {
                    overrun.run();
                }
            } catch (IOException e) {
                LockSupport.parkNanos(PAUSE_NS); // closed, and the loop ends; or the kernel has no memory for a moment
            }
        }
    }
}
