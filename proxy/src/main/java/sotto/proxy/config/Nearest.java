package sotto.proxy.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The word that somebody meant. */
final class Nearest {
    private Nearest() {}

    /** The known word that is fewest edits away; empty where none is near enough to be meant. */
    static Optional<String> of(String word, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> edits(word, candidate)))
                .filter(candidate -> edits(word, candidate) <= Math.max(2, candidate.length() / 3)
                        || candidate.endsWith("-" + word)
                        || candidate.startsWith(word + "-"));
    }

    /** Levenshtein's distance: letters to put in, take out or change. */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
