package sotto.pci.psp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.pci.card.CardDigits;

final class SecretHttpTest {
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final SecretHttp http = SecretHttp.withDefaultTrust();

    @Test
    void putsDigitsWhereTheyBelong() {
        try (RawPeer peer = RawPeer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                CardDigits digits = TestCards.digits(41, 42, 43, 44)) {
            SecretBody body =
                    new SecretBody().text("a=").digits(digits).text("&ü=").digits(digits, 1, 3);
            SecretRequest request = new SecretRequest(
                    "POST", peer.uri("http://127.0.0.1", "/pay?x=1"), Map.of("X-Test", "yes"), Optional.of(body));
            assertThat(http.send(request, PATIENT))
                    .isEqualTo(new Exchange.Answered(200, Map.of("content-length", "2"), "ok"));
            assertThat(peer.requests())
                    .singleElement()
                    .asString()
                    .startsWith("POST /pay?x=1 HTTP/1.1\r\nHost: 127.0.0.1:")
                    .contains("\r\nX-Test: yes\r\n", "\r\nContent-Length: 12\r\n")
                    .endsWith("\r\n\r\na=1234&Ã¼=23"); // octets as ISO 8859-1: UTF-8 was sent
        }
    }

    @Test
    void sendsNothingOfDigitsThatAreGone() {
        try (RawPeer peer = RawPeer.answering("HTTP/1.1 200 OK\r\n\r\n")) {
            SecretBody body;
            try (CardDigits digits = TestCards.digits(41, 42, 43, 44)) {
                body = new SecretBody().digits(digits);
            }
            SecretRequest request =
                    new SecretRequest("POST", peer.uri("http://127.0.0.1", "/"), Map.of(), Optional.of(body));
            assertThat(http.send(request, PATIENT))
                    .isEqualTo(new Exchange.NeverSent("card digits were wiped before they could be sent"));
            assertThat(peer.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # RFC 9112       | answer                                                                   | body
            §6.2             | HTTP/1.1 200 OK~Content-Length: 3~~abc                                   | abc
            §6.2 past it     | HTTP/1.1 200 OK~Content-Length: 3~~abcdef                                | abc
            §7.1             | HTTP/1.1 200 OK~Transfer-Encoding: chunked~~2~ab~A;x=y~0123456789~0~~    | ab0123456789
            §7.1.2 trailer   | HTTP/1.0 200 OK~transfer-encoding:chunked~~1~a~0~Sum: 1~~                | a
            §6.3 to the end  | HTTP/1.1 200 OK~~abc                                                     | abc
            9110 §15.2       | HTTP/1.1 100 Continue~~HTTP/1.1 103 Early~L: x~~HTTP/1.1 200 OK~~abc     | abc
            """)
    void readsAnswers(String section, String answer, String body) {
        try (RawPeer peer = RawPeer.answering(answer.replace("~", "\r\n"))) {
            assertThat(http.send(get(peer.uri("http://localhost", "")), PATIENT))
                    .isInstanceOfSatisfying(Exchange.Answered.class, answered -> assertThat(answered.body())
                            .isEqualTo(body));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 2",
                "SSH-2.0-server~~",
                "HTTP/1.1 0x1 OK~~",
                "HTTP/1.1 200 OK~Content-Length: 4~~abc",
                "HTTP/1.1 200 OK~Content-Length: -1~~abc",
                "HTTP/1.1 200 OK~Content-Length: 9999999~~abc",
                "HTTP/1.1 200 OK~Content-Length: 99999999999~~abc",
                "HTTP/1.1 200 OK~Content-Length: 3~Transfer-Encoding: chunked~~3~abc~0~~",
                "HTTP/1.1 200 OK~Transfer-Encoding: gzip, chunked~~0~~",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~2~abc~0~~",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~3~abc",
                "HTTP/1.1 200 OK~A: b~ folded~~",
                "HTTP/1.1 200 OK~nocolon~~",
                "HTTP/1.1 100 Continue~~HTTP/1.1 100 Continue~~",
            })
    void doubtsAnswersThatAreNotWhole(String answer) {
        try (RawPeer peer = RawPeer.answering(answer.replace("~", "\r\n"))) {
            assertThat(http.send(get(peer.uri("http://localhost", "")), PATIENT))
                    .isInstanceOf(Exchange.Doubtful.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nA: ", "HTTP/1.1 200 OK\r\n\r\n"})
    void boundsWhatItReads(String start) {
        try (RawPeer peer = RawPeer.answering(start + "x".repeat(300_000))) {
            assertThat(http.send(get(peer.uri("http://localhost", "")), PATIENT))
                    .isInstanceOfSatisfying(Exchange.Doubtful.class, doubt -> assertThat(doubt.reason())
                            .contains("over"));
        }
    }

    @Test
    void knowsThatNothingLeft() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        assertThat(http.send(get(URI.create("http://127.0.0.1:" + closed)), PATIENT))
                .isInstanceOf(Exchange.NeverSent.class);
        assertThat(http.send(get(URI.create("https://no-such-host.invalid/")), PATIENT))
                .isEqualTo(new Exchange.NeverSent("address of no-such-host.invalid not found"));
    }

    @Test
    void endsInTimeInDoubtOnlyWhereSomethingLeft() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String peer = "://localhost:" + silent.getLocalPort();
            assertThat(http.send(get(URI.create("http" + peer)), SHORT))
                    .isEqualTo(new Exchange.Doubtful("no whole answer in time"));
            assertThat(http.send(get(URI.create("https" + peer)), SHORT)) // no handshake, no request
                    .isInstanceOf(Exchange.NeverSent.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://gateway.example/pay",
                "http://10.0.0.1/",
                "http://127.evil.example/",
                "ftp://localhost/",
                "https://user:secret@gateway.example/",
                "https:/pay",
                "/pay"
            })
    void sendsCardDataInClearToThisMachineOnly(String url) {
        assertThatIllegalArgumentException().isThrownBy(() -> get(URI.create(url)));
    }

    @Test
    void letsNoHeaderStartAnother() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SecretRequest(
                        "GET", URI.create("https://a.example"), Map.of("Key", "a\r\nB: c"), Optional.empty()))
                .withMessage("header Key has a control character");
    }

    private static SecretRequest get(URI uri) {
        return new SecretRequest("GET", uri, Map.of(), Optional.empty());
    }
}
