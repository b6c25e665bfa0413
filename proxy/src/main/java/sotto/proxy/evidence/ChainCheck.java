package sotto.proxy.evidence;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks a file of records with public keys alone. One thread.
 *
 * <pre>
 *  in the file                   found as
 *  an octet of line 3 changed    line 3: is not as one of the keys signed it
 *  line 3 taken out              line 3: is record 4 where 3 was to come
 *  lines 1 and 2 taken out       line 1: is record 3 where 1 was to come
 *  the end cut off               not in the file: compare the last record with one that was noted
 *  a record put in its place     line 4: does not follow the line before it (whoever did it had the key)
 * </pre>
 */
public final class ChainCheck {
    private final List<VerifyingKey> keys;
    private final List<String> problems = new ArrayList<>();
    private long lines;
    private long sequence; // of the line before
    private @Nullable String before = ""; // hash of the line before; null where that one is wrong
    private String last = "";

    private ChainCheck(List<VerifyingKey> keys) {
        this.keys = keys;
    }

    /**
     * What came of it.
     *
     * @param records lines of the file
     * @param problems one for each line that is wrong, by number
     * @param last SHA-256 of the last line in base64url; empty where there is none
     */
    public record Result(long records, List<String> problems, String last) {}

    /**
     * Checks all of a file.
     *
     * @param keys that its lines may be signed with
     * @throws IOException where it cannot be read
     */
    public static Result of(Path file, List<VerifyingKey> keys) throws IOException {
        ChainCheck check = new ChainCheck(keys);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                if (octet == '\n') {
                    check.line(line.toString(ISO_8859_1));
                    line.reset();
                } else {
                    line.write(octet);
                }
            }
            if (line.size() > 0) {
                check.lines++;
                check.wrong("has no end: it is a part of a record");
            }
        }
        return new Result(check.lines, List.copyOf(check.problems), check.last);
    }

    private void line(String line) {
        lines++;
        sequence++;
        Optional<JsonNode> record = keys.stream()
                .flatMap(key -> key.payload(line).stream())
                .findFirst()
                .flatMap(RecordText::parse);
        if (record.isEmpty()) {
            wrong("is not as one of the keys signed it");
            before = null;
        } else {
            follow(record.get());
            before = VerifyingKey.hash(line);
        }
        last = VerifyingKey.hash(line);
    }

    private void follow(JsonNode record) {
        long said = record.path("sequence").asLong();
        if (said != sequence) {
            wrong("is record " + said + " where " + sequence + " was to come");
            sequence = said;
        } else if (before != null && !record.path("previous").asText("").equals(before)) {
            wrong("does not follow the line before it");
        }
    }

    private void wrong(String what) {
        problems.add("line " + lines + ": " + what);
    }
}
