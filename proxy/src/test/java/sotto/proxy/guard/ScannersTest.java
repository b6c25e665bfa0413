package sotto.proxy.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows of {@link Scanners}, and more. */
final class ScannersTest {
    private static final String PHONE = "sip:ann@192.0.2.1";

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            textBlock =
                    """
            friendly-scanner,                     sip:ann@a,                     sip:bob@b,           true
            Friendly-Scanner,                     sip:ann@a,                     sip:bob@b,           true
            sipcli/v1.8,                          sip:ann@a,                     sip:bob@b,           true
            sipcli2,                              sip:ann@a,                     sip:bob@b,           true
            VaxSIPUserAgent/3.5,                  sip:ann@a,                     sip:bob@b,           true
            Mozilla (compatible; sundayddr),      sip:ann@a,                     sip:bob@b,           true
            pplsip,                               sip:ann@a,                     sip:bob@b,           true
            iWar,                                 sip:ann@a,                     sip:bob@b,           true
            Hiwari Phone,                         sip:ann@a,                     sip:bob@b,           false
            iWare 2,                              sip:ann@a,                     sip:bob@b,           false
            sipclient,                            sip:ann@a,                     sip:bob@b,           false
            sipclient sipcli,                     sip:ann@a,                     sip:bob@b,           true
            Cisco-CP8861/12.0,                    "Iwar Kaji" <sip:iwar@a>,      sip:sipcli@b,        false
            ``,                                   "sipvicious"<sip:100@192.0.2.9>, "sipvicious"<sip:100@192.0.2.9>, true
            Asterisk PBX,                         <sip:100@1.1.1.1>;tag=1,       <sip:bob@b>,         true
            Asterisk PBX,                         <sip:ann@a>;tag=1,             <sip:100@1.1.1.1>,   true
            Asterisk PBX,                         <sip:ann@a>;tag=1,             <sip:bob@1.1.1.1>,   false
            ``,                                   ``,                            ``,                  false
            """)
    void isOne(String userAgent, String from, String to, boolean expected) {
        assertThat(new Scanners(GuardSettings.KNOWN_SCANNERS).isOne(userAgent, from, to))
                .isEqualTo(expected);
        assertThat(new Scanners(List.of()).isOne(userAgent, from, to)).isFalse();
        assertThat(new Scanners(List.of("acme")).isOne("ACME/1", PHONE, PHONE)).isTrue();
    }
}
