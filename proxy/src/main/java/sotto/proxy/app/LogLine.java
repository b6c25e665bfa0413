package sotto.proxy.app;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.slf4j.event.KeyValuePair;

/**
 * One event as one line of {@code key=value}: time, level, logger, message, the event's own pairs, the thread's, and an
 * exception with its trace. Each part passes {@link DigitGuard}, and so does the whole. Thread-safe.
 */
final class LogLine extends EncoderBase<ILoggingEvent> {
    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(200);
        line.append("time=").append(Instant.ofEpochMilli(event.getTimeStamp()));
        line.append(" level=").append(event.getLevel());
        append(line, "logger", event.getLoggerName());
        append(line, "thread", event.getThreadName());
        append(line, "message", event.getFormattedMessage());
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            pairs.forEach(pair -> append(line, pair.key, String.valueOf(pair.value)));
        }
        for (Map.Entry<String, String> entry : event.getMDCPropertyMap().entrySet()) {
            append(line, entry.getKey(), entry.getValue());
        }
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            append(line, "exception", ThrowableProxyUtil.asString(thrown));
        }
        return (DigitGuard.clean(line.toString()) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The raw value is cleaned, before its line ends are escaped: they may stand between digits. */
    private static void append(StringBuilder line, String key, String value) {
        line.append(' ').append(key).append('=');
        String clean = DigitGuard.clean(String.valueOf(value));
        if (isPlain(clean)) {
            line.append(clean);
            return;
        }
        line.append('"');
        for (int i = 0; i < clean.length(); i++) {
            char c = clean.charAt(i);
            switch (c) {
                case '"' -> line.append("\\\"");
                case '\\' -> line.append("\\\\");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> line.append(Character.isISOControl(c) ? '?' : c);
            }
        }
        line.append('"');
    }

    /** True for what can be read back without quotes. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7F || c == '"' || c == '=' || c == '\\') {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
