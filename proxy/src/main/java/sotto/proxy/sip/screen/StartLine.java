package sotto.proxy.sip.screen;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The first line (RFC 3261 §7.1, §7.2), read once.
 *
 * <pre>
 *  INVITE sip:a@b SIP/2.0            sound: one space, one space, nothing after
 *  INVITE &lt;sip:a@b&gt; SIP/2.0         SYNTAX: no brackets, no spaces in the URI (§25.1 Request-Line)
 *  INVITE sip:a@b?Route=c SIP/2.0    SYNTAX: no headers there (§19.1.1 Table 1)
 *  INVITE sip:2001:db8::1 SIP/2.0    SYNTAX: an IPv6 reference has brackets (RFC 5118 §4.2)
 *  INVITE sip:a@b SIP/7.0            VERSION
 *  SIP/2.0 200 OK                    sound; the reason may be empty
 *  SIP/2.0 4294967301 x              SYNTAX: three digits
 * </pre>
 *
 * @param method empty for a response, and where it is no token
 */
record StartLine(boolean isRequest, String method, Optional<Defect> defect) {
    private static final Pattern STATUS = Pattern.compile("(?i)SIP/2\\.0 [1-6]\\d\\d( .*)?", Pattern.DOTALL);
    private static final Pattern VERSION = Pattern.compile("(?i)SIP/\\d+\\.\\d+");
    private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:[^\\s<>\"]+");
    private static final String VERSION_2 = "SIP/2.0";

    /** Reads one line; writes its version in capitals, for the stack knows no other (§7.1: the case is free). */
    static StartLine read(byte[] octets, int from, int to) {
        String line = new String(octets, from, to - from, ISO_8859_1);
        if (line.regionMatches(true, 0, "SIP/", 0, 4)) {
            boolean sound = STATUS.matcher(line).matches();
            capitals(octets, from);
            return new StartLine(false, "", sound ? Optional.empty() : Optional.of(Defect.SYNTAX));
        }
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        int methodEnd = first < 0 ? to : from + first;
        String method = Tokens.isToken(octets, from, methodEnd) ? line.substring(0, methodEnd - from) : "";
        if (method.isEmpty() || first == last) {
            return new StartLine(true, method, Optional.of(Defect.SYNTAX));
        }
        String version = line.substring(last + 1);
        String uri = line.substring(first + 1, last);
        if (!VERSION.matcher(version).matches()) {
            return new StartLine(true, method, Optional.of(Defect.SYNTAX));
        } else if (!version.equalsIgnoreCase(VERSION_2)) {
            return new StartLine(true, method, Optional.of(Defect.VERSION));
        } else if (uri.length() > SipLimits.MAX_URI_BYTES) {
            return new StartLine(true, method, Optional.of(Defect.URI_TOO_LONG));
        }
        capitals(octets, to - VERSION_2.length());
        return new StartLine(true, method, isSound(uri) ? Optional.empty() : Optional.of(Defect.SYNTAX));
    }

    private static void capitals(byte[] octets, int at) {
        for (int i = 0; i < 3; i++) {
            octets[at + i] &= (byte) ~0x20;
        }
    }

    private static boolean isSound(String uri) {
        if (!URI.matcher(uri).matches()) {
            return false;
        }
        String scheme = uri.substring(0, uri.indexOf(':')).toLowerCase(Locale.ROOT);
        if (!scheme.equals("sip") && !scheme.equals("sips")) {
            return true; // 416 is for those who know the method
        }
        String rest = uri.substring(Math.max(uri.indexOf(':'), uri.lastIndexOf('@')) + 1); // host, port, parameters
        int hostEnd = rest.indexOf(';') < 0 ? rest.length() : rest.indexOf(';');
        String hostPort = rest.substring(0, hostEnd);
        boolean oneColon = hostPort.indexOf(':') == hostPort.lastIndexOf(':');
        return rest.indexOf('?') < 0 && (oneColon || hostPort.startsWith("["));
    }
}
