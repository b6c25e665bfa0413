package sotto.proxy.sip;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sotto.proxy.config.SipSettings;
import sotto.proxy.e2e.FreePorts;
import sotto.proxy.guard.SourceGuard;
import sotto.proxy.realm.OneRealm;
import sotto.proxy.realm.Realm;
import sotto.proxy.realm.Realms;

/** Listening, and the end of it. */
final class SipEndpointTest {
    private static final int TIMES = 6;
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final AtomicReference<String> dropped = new AtomicReference<>("");
    private final CountDownLatch handled = new CountDownLatch(1);
    private final int port = FreePorts.one();

    /** One that takes its time with requests. */
    private final class Slow implements SipEvents {
        @Override
        public void request(SipRequest request) {
            try {
                handled.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void strayAnswer(SipResponse response) {}

        @Override
        public void malformed() {}

        @Override
        public void dropped(String cause) {
            dropped.set(cause);
        }

        @Override
        public void closed(String realm, SipTransport transport, InetSocketAddress remote) {}
    }

    private SipEndpoint start() throws IOException {
        SipSettings settings = new SipSettings(
                "127.0.0.1", Optional.empty(), port, port, Optional.empty(), Duration.ofSeconds(60), 10);
        Realm realm = OneRealm.at("127.0.0.1", port, OptionalInt.empty());
        SourceGuard guard = new SourceGuard(settings.guard(), address -> true, 0, 0);
        return SipEndpoint.start(
                settings, Realms.only(realm), name -> new SipEndpoint.Admission(Set.of(), guard), new Slow());
    }

    @Test
    void isStoppedAsSoonAsItRunsAndLeavesItsPorts() throws Exception {
        for (int i = 0; i < TIMES; i++) {
            start().close();
        }
        assertThatCode(() -> {
                    new DatagramSocket(new InetSocketAddress(LOOPBACK, port)).close();
                    new ServerSocket(port, 1, LOOPBACK).close();
                })
                .doesNotThrowAnyException();
    }

    @Test
    @Timeout(60)
    void datagramsThatWaitAreBounded() throws Exception {
        try (SipEndpoint endpoint = start();
                DatagramSocket peer = new DatagramSocket(0, LOOPBACK)) {
            byte[] request = ("OPTIONS sip:us@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:" + peer.getLocalPort()
                            + ";branch=z9hG4bK1\r\nFrom: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:us@127.0.0.1>\r\n"
                            + "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n")
                    .getBytes(US_ASCII);
            DatagramPacket packet = new DatagramPacket(request, request.length, LOOPBACK, port);
            while (dropped.get().isEmpty()) { // as long as it takes: the kernel may drop some too
                peer.send(packet);
            }
            assertThat(dropped).hasValue("datagrams-waiting");
            assertThat(endpoint.transactions()).as("none is answered meanwhile").isZero();
            handled.countDown();
        }
    }
}
