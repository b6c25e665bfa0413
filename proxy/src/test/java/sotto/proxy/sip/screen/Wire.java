package sotto.proxy.sip.screen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import gov.nist.javax.sip.message.SIPMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sotto.proxy.guard.GuardSettings;
import sotto.proxy.guard.SourceGuard;

/** Messages for tests, and what the screen makes of them as datagrams. */
final class Wire {
    static final String INVITE =
            """
            INVITE sip:b@127.0.0.1 SIP/2.0
            Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKwire
            Max-Forwards: 70
            From: <sip:a@127.0.0.1>;tag=a
            To: <sip:b@127.0.0.1>
            Call-ID: wire
            CSeq: 1 INVITE
            Contact: <sip:a@127.0.0.1:5070>

            """
                    .replace("\n", "\r\n");

    private static final Path RESOURCES = Path.of("src/test/resources");

    private static final SourceGuard GUARD = new SourceGuard(GuardSettings.OFF, address -> true, 0, 0);

    private Wire() {}

    /** What the screen makes of one message. */
    record Screened(@Nullable SIPMessage message, int dropped) {
        /** The name of the defect, "dropped", or "passed". */
        String verdict() {
            return message instanceof BadRequest bad
                    ? bad.defect().name()
                    : message == null ? (dropped > 0 ? "dropped" : "ignored") : "passed";
        }
    }

    static Screened screen(byte[] octets) {
        return screenInPlace(octets.clone());
    }

    /** @param octets changed */
    static Screened screenInPlace(byte[] octets) {
        AtomicInteger dropped = new AtomicInteger();
        MessageScreen screen = new MessageScreen(dropped::incrementAndGet, connection -> {}, GUARD);
        SIPMessage message = screen.parseSIPMessage(octets, true, false, (e, sip, header, text, all) -> {});
        return new Screened(message, dropped.get());
    }

    static Screened screen(String message) {
        return screen(message.getBytes(ISO_8859_1));
    }

    /** All of RFC 4475 and RFC 5118. */
    static List<byte[]> torture() {
        try (Stream<Path> files = Files.walk(RESOURCES)) {
            return files.filter(file -> file.toString().matches(".*/rfc(4475|5118)/.*"))
                    .sorted()
                    .map(Wire::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
