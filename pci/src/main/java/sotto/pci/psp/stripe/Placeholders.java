package sotto.pci.psp.stripe;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import sotto.pci.card.CardDigits;
import sotto.pci.psp.SecretBody;

/**
 * Words that stand for card digits while the SDK builds a request: the SDK takes text, and a digit is none. A word is
 * random, so that nothing else in a request can be one, and of letters, so that form encoding leaves it alone. One
 * thread.
 */
final class Placeholders {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int LETTERS = 24; // 26^24: no accident

    private record Slot(String word, CardDigits digits, int from, int to) {}

    private final List<Slot> slots = new ArrayList<>();

    /** A word for all digits of a field. */
    String of(CardDigits digits) {
        return of(digits, 0, digits.count());
    }

    /**
     * A word for some digits.
     *
     * @param from first digit, inclusive
     * @param to last digit, exclusive
     */
    String of(CardDigits digits, int from, int to) {
        String word = RANDOM.ints(LETTERS, 'a', 'z' + 1)
                .mapToObj(letter -> String.valueOf((char) letter))
                .collect(Collectors.joining());
        slots.add(new Slot(word, digits, from, to));
        return word;
    }

    /**
     * Cuts a body at its words. A word that is not found stays out, so that the gateway refuses the request.
     *
     * @param template as the SDK encoded it
     */
    SecretBody fill(String template) {
        SecretBody body = new SecretBody();
        int at = 0;
        while (at < template.length()) {
            int start = template.length();
            Slot nearest = null;
            for (Slot slot : slots) {
                int found = template.indexOf(slot.word(), at);
                if (found >= 0 && found < start) {
                    start = found;
                    nearest = slot;
                }
            }
            body.text(template.substring(at, start));
            if (nearest == null) {
                return body;
            }
            body.digits(nearest.digits(), nearest.from(), nearest.to());
            at = start + nearest.word().length();
        }
        return body;
    }
}
