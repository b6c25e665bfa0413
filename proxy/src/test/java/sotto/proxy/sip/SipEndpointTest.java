package sotto.proxy.sip;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sotto.proxy.config.SipSettings;
import sotto.proxy.guard.SourceGuard;
import sotto.proxy.realm.OneRealm;
import sotto.proxy.realm.Realm;
import sotto.proxy.realm.Realms;

/** Listening, and the end of it. */
final class SipEndpointTest {
    private static final int TIMES = 6;
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static final SipEvents NOBODY = new SipEvents() {
        @Override
        public void request(SipRequest request) {}

        @Override
        public void strayAnswer(SipResponse response) {}

        @Override
        public void malformed() {}

        @Override
        public void dropped(String cause) {}

        @Override
        public void closed(String realm, SipTransport transport, InetSocketAddress remote) {}
    };

    @Test
    void isStoppedAsSoonAsItRunsAndLeavesItsPorts() throws Exception {
        int port;
        try (DatagramSocket free = new DatagramSocket(0, LOOPBACK)) {
            port = free.getLocalPort();
        }
        SipSettings settings = new SipSettings(
                "127.0.0.1", Optional.empty(), port, port, Optional.empty(), Duration.ofSeconds(60), 10);
        Realm realm = OneRealm.at("127.0.0.1", port, OptionalInt.empty());
        SourceGuard guard = new SourceGuard(settings.guard(), address -> false, 0, 0);
        for (int i = 0; i < TIMES; i++) {
            SipEndpoint.start(settings, Realms.only(realm), name -> new SipEndpoint.Admission(Set.of(), guard), NOBODY)
                    .close();
        }
        assertThatCode(() -> {
                    new DatagramSocket(new InetSocketAddress(LOOPBACK, port)).close();
                    new ServerSocket(port, 1, LOOPBACK).close();
                })
                .doesNotThrowAnyException();
    }
}
