package sotto.proxy.sip.screen;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a reply needs of a topmost Via, read where the stack's parser gives up; immutable.
 *
 * <pre>
 *  SIP/2.0/UDP 192.0.2.15;;,;,,          192.0.2.15, no branch
 *  SIP/7.0/UDP h:5070;branch=z9hG4bKx    h, 5070, z9hG4bKx
 *  SIP/2.0/UDP                           nothing: no way back, no reply (RFC 3261 §18.2.2)
 * </pre>
 */
record ViaLine(String host, OptionalInt port, Optional<String> branch, boolean rport) {
    // Possessive, so that no input makes them go back: the time is linear.
    private static final Pattern LINE = Pattern.compile(
            "SIP\\s*+/\\s*+\\d{1,4}+\\.\\d{1,4}+\\s*+/\\s*+[A-Za-z0-9-]{1,16}+\\s++"
                    + "([A-Za-z0-9_.-]{1,255}+|\\[[0-9A-Fa-f:.]{2,45}+])"
                    + "\\s*+(?::\\s*+(\\d{1,5}+)\\s*+)?+(?=[;,(]|$).*+",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern BRANCH =
            Pattern.compile(";\\s*+branch\\s*+=\\s*+([A-Za-z0-9.!%*_+`'~-]{1,256}+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern RPORT = Pattern.compile(";\\s*+rport\\s*+([;=,]|$)", Pattern.CASE_INSENSITIVE);
    private static final Pattern BARE_COOKIE =
            Pattern.compile(";\\s*+branch\\s*+=\\s*+z9hG4bK\\s*+([;,]|$)", Pattern.CASE_INSENSITIVE);
    private static final int MAX_PORT = 65_535;

    static Optional<ViaLine> read(String value) {
        Matcher line = LINE.matcher(value);
        if (!line.matches()) {
            return Optional.empty();
        }
        int port = line.group(2) == null ? 0 : Integer.parseInt(line.group(2));
        if (port > MAX_PORT) {
            return Optional.empty();
        }
        Matcher branch = BRANCH.matcher(firstEntry(value));
        return Optional.of(new ViaLine(
                line.group(1),
                port == 0 ? OptionalInt.empty() : OptionalInt.of(port),
                branch.find() ? Optional.of(branch.group(1)) : Optional.empty(),
                RPORT.matcher(firstEntry(value)).find()));
    }

    /** As a Via value, with nothing but this. */
    String text() {
        return "SIP/2.0/UDP " + host
                + (port.isPresent() ? ":" + port.getAsInt() : "")
                + branch.map(b -> ";branch=" + b).orElse("")
                + (rport ? ";rport" : "");
    }

    static boolean hasBareCookie(String value) {
        return BARE_COOKIE.matcher(firstEntry(value)).find();
    }

    private static String firstEntry(String value) {
        int comma = value.indexOf(',');
        return comma < 0 ? value : value.substring(0, comma);
    }
}
