package sotto.pci.psp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * TLS 1.3 or 1.2 as a client that checks the peer's chain and its name (RFC 9110 §4.3.4). One thread.
 *
 * <p>What the JDK copies: the engine copies a fragment into the record that it makes and encrypts there, in place. The
 * record is a heap array of ours, for the JDK's AES-GCM takes larger direct records through heap arrays that it leaves
 * behind in clear. So a fragment is on the heap in clear from that copy to the end of the same {@code wrap} call, and
 * cipher text after it; a collector that moves the array within that call leaves the old place to be overwritten by
 * later objects. Only GCM suites are offered: of the others this is not known.
 */
final class TlsWire implements Wire {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final SSLEngine engine;
    private final ByteBuffer recordOut;
    private final ByteBuffer recordIn;

    private TlsWire(SocketChannel channel, SSLEngine engine) {
        this.channel = channel;
        this.engine = engine;
        int recordBytes = engine.getSession().getPacketBufferSize();
        this.recordOut = ByteBuffer.allocate(recordBytes);
        this.recordIn = ByteBuffer.allocateDirect(recordBytes);
    }

    /**
     * Shakes hands: no octet of a request has left when this throws.
     *
     * @param channel connected, blocking
     * @param host the name that the certificate must have
     */
    static TlsWire open(SocketChannel channel, SSLContext trust, String host, int port) throws IOException {
        SSLEngine engine = trust.createSSLEngine(host, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setCipherSuites(Arrays.stream(engine.getEnabledCipherSuites())
                .filter(suite -> suite.contains("_GCM_"))
                .toArray(String[]::new));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        TlsWire wire = new TlsWire(channel, engine);
        engine.beginHandshake();
        wire.settle(ByteBuffer.allocate(RECEIVE_BYTES));
        return wire;
    }

    @Override
    public void send(ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            wrap(source);
        }
    }

    @Override
    public int receive(ByteBuffer target) throws IOException {
        int before = target.position();
        while (target.position() == before) {
            if (!unwrap(target)) {
                return -1;
            }
            settle(target); // TLS 1.3: tickets and key updates come between records of the answer
        }
        return target.position() - before;
    }

    private void settle(ByteBuffer target) throws IOException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> wrap(NOTHING.duplicate());
                case NEED_TASK -> engine.getDelegatedTask().run();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!unwrap(target)) {
                        throw new SSLException("peer ended the connection during the handshake");
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    private void wrap(ByteBuffer source) throws IOException {
        recordOut.clear();
        SSLEngineResult result = engine.wrap(source, recordOut);
        if (result.getStatus() != SSLEngineResult.Status.OK) {
            throw new SSLException("cannot send: TLS engine says " + result.getStatus());
        }
        recordOut.flip();
        while (recordOut.hasRemaining()) {
            channel.write(recordOut);
        }
    }

    /** Reads what one record needs; false at the peer's close_notify, without which an end is an error. */
    private boolean unwrap(ByteBuffer target) throws IOException {
        while (true) {
            recordIn.flip();
            SSLEngineResult result = engine.unwrap(recordIn, target);
            recordIn.compact();
            switch (result.getStatus()) {
                case OK -> {
                    return true;
                }
                case CLOSED -> {
                    return false;
                }
                case BUFFER_OVERFLOW -> throw new SSLException("record larger than " + target.capacity() + " bytes");
                case BUFFER_UNDERFLOW -> {
                    if (channel.read(recordIn) < 0) {
                        engine.closeInbound(); // throws: cut short
                        return false;
                    }
                }
            }
        }
    }
}
