package sotto.media.dtls;

import java.io.IOException;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.jspecify.annotations.Nullable;
import sotto.media.srtp.SrtpKeys;

/**
 * One DTLS association: a handshake that gives SRTP its keys, then answers to what of it is sent again, until it is closed
 * (RFC 5763, RFC 5764). Runs on a virtual thread of its own, as cryptography takes milliseconds and Bouncy Castle waits
 * where it reads; its public methods may be called by anyone and wait for nobody.
 *
 * <pre>
 *  peer, the client           here
 *  ClientHello           ->        use_srtp with its profiles
 *                        <-        ServerHello, Certificate, CertificateRequest, …
 *  Certificate, …        ->        a fingerprint of the SDP is the certificate's, or: alert bad_certificate
 *  Finished              ->
 *                        <-        Finished
 *                                  keyed
 *  Finished, again       ->        ours was lost
 *                        <-        Finished
 *                        <-        alert close_notify, as the call ends
 * </pre>
 *
 * <p>Out of scope: DTLS 1.3 (Bouncy Castle has none), resumption, and a cookie exchange: who gets this far is where ICE or
 * the SDP says that the peer is.
 */
public final class DtlsAssociation implements AutoCloseable {
    /** Who has the association; called on its thread. */
    public interface Owner {
        /** Sends a datagram to the peer, soon; owns it. */
        void send(byte[] datagram);

        /**
         * The handshake is done; at most once, and last but for datagrams.
         *
         * @param receive of what the peer seals; owned by whoever is called, as {@code send} is
         */
        void keyed(SrtpKeys receive, SrtpKeys send);

        /**
         * The handshake came to nothing; at most once, and last.
         *
         * @param certificateRefused true where the peer's certificate has none of the fingerprints, or it showed none
         */
        void failed(boolean certificateRefused);
    }

    /** After 4 minutes without being asked for the flight, Bouncy Castle forgets it, but only as it looks up. */
    private static final int LOOK_UP_MS = 300_000;

    private final DtlsPlan plan;
    private final Owner owner;
    private final int handshakeMs;
    private final Runnable whenShaken;
    private final DatagramQueue datagrams;
    private volatile @Nullable DTLSTransport transport;
    private volatile boolean closed;

    /**
     * @param handshakeMs longest that the handshake may take
     * @param whenShaken run when the handshake is over, whatever came of it
     */
    DtlsAssociation(DtlsPlan plan, Owner owner, int handshakeMs, Runnable whenShaken) {
        this.plan = plan;
        this.owner = owner;
        this.handshakeMs = handshakeMs;
        this.whenShaken = whenShaken;
        datagrams = new DatagramQueue(owner::send);
    }

    void start() {
        Thread.ofVirtual().name("dtls").start(this::run);
    }

    private void run() {
        DTLSTransport shaken = shake();
        if (shaken == null) {
            datagrams.close();
            return;
        }
        transport = shaken;
        try {
            if (closed) { // meanwhile
                shaken.close();
            }
            answer(shaken);
        } catch (IOException ended) { // by an alert of the peer, or by us; keys stay until the call ends
            datagrams.close();
        }
    }

    private @Nullable DTLSTransport shake() {
        try (Terms terms = new Terms(plan, handshakeMs)) {
            try {
                DTLSTransport shaken = plan.active()
                        ? new DTLSClientProtocol().connect(new ClientPeer(terms), datagrams)
                        : new DTLSServerProtocol().accept(new ServerPeer(terms), datagrams);
                datagrams.flush(); // Finished first: who has it may send at once
                terms.handOver(owner::keyed);
                return shaken;
            } catch (IOException | RuntimeException e) { // whatever the peer sent: the leg stays closed
                owner.failed(terms.certificateRefused());
                return null;
            }
        } finally {
            whenShaken.run();
        }
    }

    /** Bouncy Castle sends the last flight again where the peer's comes again; data is not of this profile (RFC 5764 §4.1). */
    private static void answer(DTLSTransport transport) throws IOException {
        byte[] nothing = new byte[transport.getReceiveLimit()];
        while (transport.receive(nothing, 0, nothing.length, LOOK_UP_MS) >= -1) {
            // read on
        }
    }

    /**
     * Takes a datagram of the peer.
     *
     * @param datagram owned by the association from here on
     * @return false where it comes faster than it is read, or nobody reads any more
     */
    public boolean offer(byte[] datagram) {
        return datagrams.offer(datagram);
    }

    /** Says close_notify where the handshake was done (RFC 5246 §7.2.1), and ends the thread. Encrypts. Idempotent. */
    @Override
    public void close() {
        closed = true;
        DTLSTransport shaken = transport;
        if (shaken != null) {
            try {
                shaken.close();
            } catch (IOException unsent) {
                // the peer finds out by silence
            }
        }
        abandon();
    }

    /** Ends the thread; what it still sends is the owner's to drop. Idempotent. */
    public void abandon() {
        datagrams.abandon();
    }
}
