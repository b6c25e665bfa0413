package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** New calls are refused where work waits, and only then. */
final class OverloadTest {
    @Test
    void aPoolWithoutAFreeThreadIsOverloadedUntilOneIsFree() {
        CountDownLatch free = new CountDownLatch(1);
        try (CallThreads threads = new CallThreads()) {
            threads.look();
            Rig.until("idle", () -> {
                threads.look();
                return !threads.isOverloaded();
            });
            block(threads, free);
            Rig.until("overloaded", () -> {
                threads.look();
                return threads.isOverloaded();
            });
            free.countDown();
            Rig.until("free again", () -> {
                threads.look();
                return !threads.isOverloaded();
            });
        }
    }

    @Test
    void newCallsGet503AndTheOneThatIsUpGoesOn() throws IOException {
        Rig.Ports ports = Rig.freePorts();
        CountDownLatch free = new CountDownLatch(1);
        try (RawPeer trunk = new RawPeer(ports.sip());
                RawPeer agents = new RawPeer(ports.sip());
                Rig rig = new Rig(ports, Rig.Options.udp(trunk.port(), agents.port()), Duration.ofMinutes(5))) {
            trunk.send(trunk.invite("o1", "", trunk.sdp("sendrecv")));
            agents.reply(agents.await("INVITE "), "200 OK", "callee", agents.sdp("sendrecv"));
            String ok = trunk.await("SIP/2.0 200");
            trunk.send(trunk.within(ok, "ACK", 1, ""));

            block(rig.calls.threads(), free);
            Rig.until("refused", () -> {
                trunk.send(trunk.invite("o" + System.nanoTime(), "", trunk.sdp("sendrecv")));
                return trunk.countWith("SIP/2.0 503", "Retry-After: ") > 0;
            });
            assertThat(rig.told.refused).contains("overload 503");
            free.countDown();

            trunk.send(trunk.within(ok, "BYE", 2, ""));
            agents.reply(agents.await("BYE "), "200 OK", "", "");
            Rig.until("over", () -> trunk.countWith("SIP/2.0 200", "CSeq: 2 BYE") == 1);
        } finally {
            free.countDown();
        }
    }

    /** Takes all threads, and some more would be needed. */
    private static void block(CallThreads threads, CountDownLatch free) {
        for (int i = 0; i < 100; i++) {
            threads.execute(() -> {
                try {
                    free.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }
}
