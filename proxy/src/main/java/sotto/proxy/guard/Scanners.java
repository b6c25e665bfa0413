package sotto.proxy.guard;

import java.util.List;
import java.util.Locale;

/**
 * What scanners call themselves; who hides it is left to the rates. Immutable.
 *
 * <pre>
 *  list                User-Agent                     is one
 *  sipcli              sipcli/v1.8                    yes: a word of it, in any case
 *  friendly-scanner    Friendly-Scanner               yes
 *  iWar                Hiwari Phone                   no: part of a word
 *  sipvicious          any; From: "sipvicious"&lt;…&gt;     yes: what it leaves in From and To unless told otherwise
 *  sipvicious          any; To: &lt;sip:100@1.1.1.1&gt;     yes: the same
 * </pre>
 */
record Scanners(List<String> words) {
    private static final String SIPVICIOUS = "sipvicious";
    private static final String ITS_NAME = "\"sipvicious\"";
    private static final String ITS_URI = "sip:100@1.1.1.1";

    Scanners {
        words = words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
    }

    boolean isOne(String userAgent, String from, String to) {
        String agent = userAgent.toLowerCase(Locale.ROOT);
        return (!agent.isEmpty() && words.stream().anyMatch(word -> hasWord(agent, word)))
                || (words.contains(SIPVICIOUS) && (isMarked(from) || isMarked(to)));
    }

    private static boolean isMarked(String field) {
        return field.contains(ITS_NAME) || field.contains(ITS_URI);
    }

    private static boolean hasWord(String text, String word) {
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
            int end = at + word.length();
            boolean starts = at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
            boolean ends = end == text.length() || !Character.isLetter(text.charAt(end));
            if (starts && ends) {
                return true;
            }
        }
        return false;
    }
}
