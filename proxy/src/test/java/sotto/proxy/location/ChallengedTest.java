package sotto.proxy.location;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose guess a refused password is. */
final class ChallengedTest {
    private static final InetAddress PHONE = InetAddress.ofLiteral("192.0.2.1");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # source    | shown                                  | asked again                                | is a guess
            192.0.2.1   | Digest username="1", nonce="n1", uri=x | Digest realm="p", nonce="n2"               | true
            192.0.2.1   | Digest username="1", nonce="n1", uri=x | ''                                         | true
            192.0.2.1   | Digest NONCE = "n1"                    | Digest nonce="n2", stale=false             | true
            192.0.2.1   | Digest username="1", nonce="n1", uri=x | Digest realm="p", nonce="n2", stale=TRUE   | false
            192.0.2.2   | Digest username="1", nonce="n1", uri=x | Digest realm="p", nonce="n2"               | false
            192.0.2.1   | Digest username="1", nonce="made-up"   | Digest realm="p", nonce="n2"               | false
            192.0.2.1   | Digest cnonce="n1"                     | Digest realm="p", nonce="n2"               | false
            192.0.2.1   | Digest username="1"                    | Digest realm="p", nonce="n2"               | false
            """)
    void isOfWhoWasAsked(String source, String shown, String asked, boolean isGuess) {
        Challenged challenged = new Challenged();
        challenged.told(PHONE, List.of("Digest realm=\"p\",nonce=\"n1\", algorithm=MD5"));
        assertThat(challenged.isGuess(InetAddress.ofLiteral(source), List.of(shown), List.of(asked)))
                .isEqualTo(isGuess);
    }

    @Test
    void theOldestAreForgotten() {
        Challenged challenged = new Challenged();
        for (int i = 0; i <= 10_000; i++) {
            challenged.told(PHONE, List.of("Digest nonce=\"n" + i + "\""));
        }
        assertThat(challenged.isGuess(PHONE, List.of("Digest nonce=\"n0\""), List.of()))
                .isFalse();
        assertThat(challenged.isGuess(PHONE, List.of("Digest nonce=\"n1\""), List.of()))
                .isTrue();
    }
}
