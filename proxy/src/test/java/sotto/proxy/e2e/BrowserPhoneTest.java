package sotto.proxy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A phone of a page registers by WebSocket at the real program, from a page that may and not from one that may not. The
 * program is killed; its connection is gone with that, and the PBX is told so when it calls.
 */
final class BrowserPhoneTest {
    private static final int PORTS = 320; // API +0, SIP +4, WebSocket +8, PBX +40, media from +120 on
    private static final String PAGE = "https://phones.example.com";

    @TempDir
    Path directory;

    private final int ports = FreePorts.run(PORTS);

    private String configuration() {
        return """
                trunk: {address: "127.0.0.9:%1$d"}
                agents:
                  address: 127.0.0.1:%2$d
                  srtp: forbid
                  phones: {sources: 127.0.0.0/8, domains: pbx.example, srtp: forbid}
                gateway: {kind: connector, url: "http://127.0.0.1:%3$d/pay"}
                sip:
                  udp-port: %4$d
                  tcp-port: %4$d
                  ws-port: %5$d
                  ws: {path: /sip, origins: "%6$s"}
                media: {ports: {first: %7$d, last: %8$d}}
                http: {port: %9$d}
                state: {directory: %10$s}
                """
                .formatted(
                        ports + 6,
                        ports + 40,
                        ports + 2,
                        ports + 4,
                        ports + 8,
                        PAGE,
                        ports + 120,
                        ports + PORTS - 1,
                        ports,
                        directory.resolve("sotto").resolve("state"));
    }

    /** The first message that comes, whole. */
    private static final class First implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<String> message = new CompletableFuture<>();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                message.complete(text.toString());
            }
            from.request(1);
            return null;
        }
    }

    private WebSocket connect(HttpClient client, String page, WebSocket.Listener listener) {
        return client.newWebSocketBuilder()
                .subprotocols("sip")
                .header("Origin", page)
                .buildAsync(URI.create("ws://127.0.0.1:" + (ports + 8) + "/sip"), listener)
                .join();
    }

    private SottoProcess program() throws Exception {
        return SottoProcess.run(directory.resolve("sotto"), ports, configuration());
    }

    @Test
    void registersAndIsGoneWithTheProgram() throws Exception {
        Files.createDirectory(directory.resolve("sotto"));
        String contact;
        try (RawSip pbx = new RawSip("127.0.0.1", ports + 40, ports + 4);
                HttpClient client = HttpClient.newHttpClient()) {
            try (SottoProcess first = program()) {
                assertThatThrownBy(() -> connect(client, "https://evil.example", new First()))
                        .isInstanceOf(CompletionException.class)
                        .cause()
                        .isInstanceOfSatisfying(WebSocketHandshakeException.class, refused -> assertThat(
                                        refused.getResponse().statusCode())
                                .isEqualTo(403));
                First heard = new First();
                WebSocket phone = connect(client, PAGE, heard);
                phone.sendText(register(), true).join();
                String there = pbx.receive("REGISTER", message -> message.startsWith("REGISTER "));
                contact = RawSip.header(there, "Contact").replaceFirst("[^<]*<([^>]*)>.*", "$1");
                pbx.send(granted(there));
                assertThat(heard.message.get(10, TimeUnit.SECONDS)).startsWith("SIP/2.0 200 ");
                JsonNode known = first.json("/v1/registrations").get(0);
                assertThat(known.get("transport").asText()).isEqualTo("ws");
                assertThat(known.get("contact").asText()).isEqualTo("sip:1001@df7jal23ls0d.invalid");
                assertThat(first.metric("sotto_refused_total{cause=\"ws-origin\",}"))
                        .isEqualTo(1);
                assertThat(first.metric("sotto_ws_connections{realm=\"default\",}"))
                        .isEqualTo(1);
                assertThat(first.output()).contains("ws=" + (ports + 8)).doesNotContain("evil.example");
                first.kill();
            }
            try (SottoProcess second = program()) {
                assertThat(second.json("/v1/registrations").at("/0/received").asText())
                        .isEqualTo("127.0.0.1:0");
                pbx.send(invite(contact, pbx.address()));
                assertThat(pbx.finalOf("browser-phone")).startsWith("SIP/2.0 480 ");
            }
        }
    }

    private static String invite(String uri, String pbx) {
        return """
                INVITE %1$s SIP/2.0
                Via: SIP/2.0/UDP %2$s;branch=z9hG4bKbp1
                From: <sip:pbx@%2$s>;tag=raw
                To: <%1$s>
                Call-ID: browser-phone
                CSeq: 1 INVITE
                Contact: <sip:pbx@%2$s>
                Max-Forwards: 70
                Content-Length: 0

                """
                .formatted(uri, pbx);
    }

    private static String granted(String register) {
        StringBuilder ok = new StringBuilder("SIP/2.0 200 OK\n");
        for (String name : List.of("Via", "From", "To", "Call-ID", "CSeq", "Contact")) {
            ok.append(RawSip.header(register, name)).append(name.equals("To") ? ";tag=pbx\n" : "\n");
        }
        return ok.append("Content-Length: 0\n\n").toString();
    }

    private static String register() {
        return """
                REGISTER sip:pbx.example SIP/2.0
                Via: SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bKbrowser
                Max-Forwards: 70
                From: <sip:1001@pbx.example>;tag=b
                To: <sip:1001@pbx.example>
                Call-ID: browser-register
                CSeq: 1 REGISTER
                Contact: <sip:1001@df7jal23ls0d.invalid;transport=ws>
                Expires: 600

                """
                .replace("\n", "\r\n");
    }
}
