package sotto.pci.psp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import sotto.pci.card.CardDigits;

/**
 * A request body with holes where card digits go: literal text, and ranges of {@link CardDigits} that are read only when
 * the body is written to the buffer that leaves. One thread.
 */
public final class SecretBody {
    private record Part(int lengthBytes, Consumer<ByteBuffer> writer) {}

    private final List<Part> parts = new ArrayList<>();

    /** Adds text as UTF-8; never a digit of the card. */
    public SecretBody text(String literal) {
        byte[] octets = literal.getBytes(StandardCharsets.UTF_8);
        parts.add(new Part(octets.length, target -> target.put(octets)));
        return this;
    }

    /** Adds all digits of a field as ASCII. */
    public SecretBody digits(CardDigits digits) {
        return digits(digits, 0, digits.count());
    }

    /**
     * Adds digits as ASCII.
     *
     * @param digits read when the request is sent; still its owner's
     * @param from first digit, inclusive
     * @param to last digit, exclusive
     */
    public SecretBody digits(CardDigits digits, int from, int to) {
        parts.add(new Part(to - from, target -> digits.writeAscii(from, to, target)));
        return this;
    }

    int lengthBytes() {
        return parts.stream().mapToInt(Part::lengthBytes).sum();
    }

    /**
     * @param target direct, with room for {@link #lengthBytes}; the caller wipes it
     */
    void writeTo(ByteBuffer target) {
        parts.forEach(part -> part.writer().accept(target));
    }
}
