package sotto.proxy.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges of addresses, and what counts as one source. */
final class AddressRangeTest {
    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
            # section,        range,             address,              contains
            RFC 4632 §3.1,    192.0.2.0/24,      192.0.2.0,            true
            RFC 4632 §3.1,    192.0.2.0/24,      192.0.2.255,          true
            RFC 4632 §3.1,    192.0.2.0/24,      192.0.3.0,            false
            no whole octets,  192.0.2.128/25,    192.0.2.127,          false
            no whole octets,  192.0.2.128/25,    192.0.2.128,          true
            no whole octets,  10.32.0.0/11,      10.63.255.255,        true
            no whole octets,  10.32.0.0/11,      10.64.0.0,            false
            one,              192.0.2.7,         192.0.2.7,            true
            one,              192.0.2.7/32,      192.0.2.6,            false
            all,              0.0.0.0/0,         255.255.255.255,      true
            other family,     0.0.0.0/0,         2001:db8::1,          false
            other family,     ::/0,              192.0.2.1,            false
            RFC 4291 §2.3,    2001:db8::/32,     2001:db8:ffff::1,     true
            RFC 4291 §2.3,    2001:db8::/32,     2001:db9::,           false
            no whole octets,  2001:db8:8000::/33, 2001:db8:7fff::1,    false
            one,              2001:db8::1,       2001:db8::1,          true
            one,              2001:db8::1,       2001:db8::2,          false
            """)
    void contains(String section, String range, String address, boolean expected) {
        AddressRange parsed = AddressRange.parse(range).orElseThrow();
        assertThat(parsed.contains(InetAddress.ofLiteral(address))).isEqualTo(expected);
        assertThat(AddressRange.parse(parsed.toString())).contains(parsed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.1/24",
                "192.0.2.0/33",
                "192.0.2.0/-1",
                "192.0.2/24",
                "2001:db8::1/64",
                "2001:db8::/129",
                "example.com",
                "192.0.2.0/",
                "/24",
                "1",
                ""
            })
    void isNone(String text) {
        assertThat(AddressRange.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "255.255.255.255, 255.255.255.255",
        "0.0.0.0, 0.0.0.0",
        "2001:db8:1:2:3:4:5:6, 2001:db8:1:2::/64",
        "2001:db8::1, 2001:db8::/64",
        "2001:0:1::1, 2001:0:1::/64",
        "::1, ::/64",
        "::ffff:192.0.2.7, 192.0.2.7"
    })
    void isTheSource(String address, String source) {
        assertThat(Source.of(InetAddress.ofLiteral(address))).hasToString(source);
    }
}
