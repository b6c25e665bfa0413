package sotto.proxy.stir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Examples of the RFCs, octet by octet. */
final class PassportTest {
    private static final String X5U = "https://cert.example.org/passport.cer";
    /** RFC 8225 A.1. */
    private static final String PRIVATE_KEY =
            """
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgi7q2TZvN9VDFg8Vy
            qCP06bETrR2v8MRvr89rn4i+UAahRANCAAQWfaj1HUETpoNCrOtp9KA8o0V79IuW
            ARKt9C1cFPkyd3FBP4SeiNZxQhDrD0tdBHls3/wFe8++K2FrPyQF9vuh
            """;
    /** RFC 8225 A.2: of another pair than A.1. */
    private static final String PUBLIC_KEY =
            """
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8HNbQd/TmvCKwPKHkMF9fScavGeH
            78YTU8qLS8I5HLHSSmlATLcslQMhNC/OhlWBYC626nIlo7XeebYS7Sb37g==
            """;

    private static final String HEADER = "eyJhbGciOiJFUzI1NiIsInR5cCI6InBhc3Nwb3J0IiwieDV1IjoiaHR0cHM6Ly9jZXJ0"
            + "LmV4YW1wbGUub3JnL3Bhc3Nwb3J0LmNlciJ9";
    /** RFC 8225 A. */
    private static final String CLAIMS = "eyJkZXN0Ijp7InVyaSI6WyJzaXA6YWxpY2VAZXhhbXBsZS5jb20iXX0sImlhdCI6MTQ3MTM3N"
            + "TQxOCwib3JpZyI6eyJ0biI6IjEyMTU1NTUxMjEyIn19";
    /** RFC 8224 §4.1, which has the time as text. */
    private static final String CLAIMS_8224 = "eyJkZXN0Ijp7InVyaSI6WyJzaXA6YWxpY2VAZXhhbXBsZS5jb20iXX0sImlhdCI6IjE0"
            + "NDMyMDgzNDUiLCJvcmlnIjp7InRuIjoiMTIxNTU1NTEyMTIifX0";

    private static PublicKey publicKey() throws Exception {
        byte[] der = Base64.getMimeDecoder().decode(PUBLIC_KEY);
        return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
    }

    private static byte[] octets(String text) {
        return Es256.decode(text).orElseThrow();
    }

    @Test
    void rfc8225AppendixA() throws Exception {
        Passport passport = new Passport(
                X5U,
                "",
                new Party("tn", "12155551212"),
                List.of(new Party("uri", "sip:alice@example.com")),
                1_471_375_418,
                Optional.empty(),
                Optional.empty());
        assertThat(passport.headerJson())
                .isEqualTo(
                        "{\"alg\":\"ES256\",\"typ\":\"passport\",\"x5u\":\"https://cert.example.org/passport.cer\"}");
        assertThat(passport.claimsJson())
                .isEqualTo("{\"dest\":{\"uri\":[\"sip:alice@example.com\"]},\"iat\":1471375418,"
                        + "\"orig\":{\"tn\":\"12155551212\"}}");
        assertThat(passport.signingInput()).isEqualTo(HEADER + "." + CLAIMS);
        assertThat(Passport.read(octets(HEADER), octets(CLAIMS))).isEqualTo(passport);
    }

    @Test
    void rfc8588Section5() throws Exception {
        Passport passport = new Passport(
                X5U,
                "shaken",
                new Party("tn", "12155551212"),
                List.of(new Party("tn", "12125551213")),
                1_443_208_345,
                Optional.of(Attest.A),
                Optional.of("123e4567-e89b-12d3-a456-426655440000"));
        assertThat(passport.headerJson())
                .isEqualTo("{\"alg\":\"ES256\",\"ppt\":\"shaken\",\"typ\":\"passport\","
                        + "\"x5u\":\"https://cert.example.org/passport.cer\"}");
        assertThat(passport.claimsJson())
                .isEqualTo("{\"attest\":\"A\",\"dest\":{\"tn\":[\"12125551213\"]},\"iat\":1443208345,"
                        + "\"orig\":{\"tn\":\"12155551212\"},\"origid\":\"123e4567-e89b-12d3-a456-426655440000\"}");
        assertThat(Passport.read(
                        passport.headerJson().getBytes(UTF_8),
                        passport.claimsJson().getBytes(UTF_8)))
                .isEqualTo(passport);
    }

    /** The key of RFC 8225 A.2 made the signature that RFC 8224 §4.1 prints, not that of RFC 8225 A. */
    @Test
    void theSignatureOfRfc8224IsGoodAndItsTimeIsNot() throws Exception {
        byte[] signature =
                octets("rq3pjT1hoRwakEGjHCnWSwUnshd0-zJ6F1VOgFWSjHBr8Qjpjlk-cpFYpFYsojNCpTzO3QfPOlckGaS6hEck7w");
        assertThat(Es256.verify(publicKey(), HEADER + "." + CLAIMS_8224, signature))
                .isTrue();
        assertThat(Es256.verify(publicKey(), HEADER + "." + CLAIMS, signature)).isFalse();
        signature[40] ^= 1;
        assertThat(Es256.verify(publicKey(), HEADER + "." + CLAIMS_8224, signature))
                .isFalse();
        assertThatThrownBy(() -> Passport.read(octets(HEADER), octets(CLAIMS_8224)))
                .isInstanceOf(Passport.Refused.class)
                .hasMessage("malformed"); // RFC 7519 §4.1.6: a number
        byte[] printed =
                octets("VLBCIVDCaeK6M4hLJb6SHQvacAQVvoiiEOWQ_iUkqk79UD81fHQ0E1b3_GluIkba7UWYRM47ZbNFdOJquE35cw");
        assertThat(Es256.verify(publicKey(), HEADER + "." + CLAIMS, printed)).isFalse();
    }

    @Test
    void theKeyOfRfc8225A1Signs() throws Exception {
        byte[] der = Base64.getMimeDecoder().decode(PRIVATE_KEY);
        String signed = Es256.sign(
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der)), HEADER + "." + CLAIMS);
        byte[] point = java.util.Arrays.copyOfRange(der, der.length - 64, der.length); // its public half, at the end
        byte[] spki = Base64.getMimeDecoder().decode(PUBLIC_KEY);
        System.arraycopy(point, 0, spki, spki.length - 64, 64);
        PublicKey half = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki));
        assertThat(Es256.verify(half, HEADER + "." + CLAIMS, octets(signed))).isTrue();
        assertThat(octets(signed)).hasSize(64);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            # section        | address                                     | kind | value
            RFC 8224 §8.3    | sip:+1-215-555-1212@10.1.2.3;user=phone     | tn   | 12155551212
            RFC 8224 §8.3    | tel:+1(215)555.1212;ext=1                   | tn   | 12155551212
            RFC 8224 §8.3    | sip:+12155551212;verstat=x@h                | tn   | 12155551212
            RFC 8224 §8.3    | tel:*67#                                    | tn   | *67#
            RFC 8224 §8.5    | sip:Alice@Example.COM:5060;transport=tcp    | uri  | sip:Alice@example.com
            no identity      | sip:10.1.2.3                                | -    | -
            no identity      | http://example.com                          | -    | -
            not digits       | sip:+1%3012@h                               | uri  | sip:+1%3012@h
            """)
    void oneFormOfWhoCalls(String section, String address, String kind, String value) {
        Optional<Party> expected = kind.equals("-") ? Optional.empty() : Optional.of(new Party(kind, value));
        assertThat(Party.of(address)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            +49301;verstat=TN-Validation-Passed           | +49301
            +49301;VerStat=TN-Validation-Passed;isub=1    | +49301;isub=1
            +49301%3Bverstat=TN-Validation-Passed         | +49301
            +49301%3bvers%74at%3Dx                        | +49301
            +49301;verstat                                | +49301
            +49301;verstat =x                             | +49301
            +49301;isub=verstat                           | +49301;isub=verstat
            +49301;x=%zz                                  | +49301;x=%zz
            ann                                           | ann
            """)
    void whatAStrangerSaysOfItselfIsTakenOut(String user, String stripped) {
        assertThat(Verstat.stripped(user)).isEqualTo(stripped);
    }
}
