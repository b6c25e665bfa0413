package sotto.media.dtmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.media.packet.RtpView;

/** Payloads of RFC 4733 and RFC 2198 as octets; the packet's timestamp is 10,000. */
final class KeyReportsTest {
    private final Stream stream = new Stream(21);

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
        # source,                      payload,                                          likely, reports: key@timestamp+duration
        §2.3 one report,               05 8A 01 40,                                      true,   5@10000+320
        §2.3 flash is no key,          10 8A 01 40,                                      false,  16@10000+320
        §2.3 R is reserved,            05 CA 01 40,                                      false,  5@10000+320
        three octets,                  05 8A 01,                                         false,  ''
        §2.5.1.5 two that follow,      05 8A 01 90 06 8A 00 50,                          false,  5@10000+400 6@10400+80
        §2.5.1.5 the first goes on,    05 0A 01 90 06 8A 00 50,                          false,  5@10000+400
        filled up with zeros,          05 8A 01 90 00 00 00 00,                          false,  5@10000+400
        an octet too many,             05 8A 01 40 00,                                   false,  5@10000+320
        2198 primary alone,            65 06 0A 00 50,                                   true,   6@10000+80
        2198 one before it,            E5 0C 80 04 65 05 8A 01 90 06 0A 00 50,           true,   5@9200+400 6@10000+80
        2198 two in one block,         E5 0C 80 08 65 04 8A 00 A0 05 8A 01 90 06 0A 00 50, true, 4@9200+160 5@9360+400 6@10000+80
        2198 two blocks,               E5 19 00 04 E5 0C 80 04 65 04 8A 00 A0 05 8A 01 90 06 0A 00 50, true, 4@8400+160 5@9200+400 6@10000+80
        2198 an empty block,           E5 0C 80 00 65 06 0A 00 50,                       true,   6@10000+80
        2198 only what was before,     E5 0C 80 04 65 05 8A 01 90,                       true,   5@9200+400
        2198 a block too long,         E5 0C 80 08 65 05 8A 01 90,                       false,  229@10000+32776
        2198 of audio,                 80 0C 80 04 65 05 8A 01 90 06 0A 00 50,           false,  128@10000+32772
        2198 of what is no key,        E5 0C 80 04 65 15 8A 01 90 06 0A 00 50,           false,  229@10000+32772
        2198 headers and no end,       E5 0C 80 04 E5 0C 80 04 E5,                       false,  229@10000+32772
        """)
    void findsTheReportsOfAPacketOldestFirst(String source, String payload, boolean likely, String expected) {
        byte[] octets = HexFormat.ofDelimiter(" ").parseHex(payload);
        RtpView packet = stream.packet(Stream.EVENT, false, 10_000, octets);
        assertThat(KeyReports.areLikely(packet)).as(source).isEqualTo(likely);
        List<String> found = new ArrayList<>();
        KeyReports.each(packet, (from, type, began, report) -> {
            assertThat(from).isSameAs(packet);
            found.add((report >>> 24) + "@" + began + "+" + (report & 0xFFFF));
        });
        assertThat(String.join(" ", found)).as(source).isEqualTo(expected);
    }
}
