package sotto.perf.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BencodeTest {
    @Test
    void writesEachKindOfValue() {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("command", "ping");
        request.put("flags", List.of("a", "bc"));
        request.put("delay", -3);
        request.put("sdp", "v=0\r\n\u00e9"); // one octet a character
        assertThat(new String(Bencode.encode(request), StandardCharsets.ISO_8859_1))
                .isEqualTo("d7:command4:ping5:flagsl1:a2:bce5:delayi-3e3:sdp6:v=0\r\n\u00e9e");
    }

    @Test
    void readsWhatIsWritten() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("result", "ok");
        value.put("created", 1L << 40);
        value.put("", "");
        value.put("tags", Map.of("a", List.of(1L, List.of(), Map.of())));
        String text = new String(Bencode.encode(value), StandardCharsets.ISO_8859_1);
        assertThat(Bencode.dictionary(text)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "d",
                "4:pong",
                "d6:result4:pong",
                "d6:result4:ponge ", // something behind
                "d6:result5:ponge", // longer than what came
                "d6:result99999999999:ponge",
                "d-1:x1:ye",
                "di1e1:ye", // a key that is no text
                "d1:xi12",
                "d1:xie",
                "d1:xi1x2ee",
                "d1:xl1:ye",
                "d1:x123456789012345678901234:ye",
                "d1:xlllllllllllllllllllllllllleeeeeeeeeeeeeeeeeeeeeeeeee"
            })
    void refusesWhatIsNotOneDictionary(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Bencode.dictionary(text));
    }
}
