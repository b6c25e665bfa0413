package sotto.proxy.demo;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * While open, everything that is logged goes to a file and nowhere else: before any redaction, and down to debug for our
 * own classes, so that the search of it is a harsh one.
 */
final class DemoLog implements AutoCloseable {
    private final Logger root;
    private final Logger ours;
    private final Level oursBefore;
    private final List<Appender<ILoggingEvent>> before = new ArrayList<>();
    private final FileAppender<ILoggingEvent> file = new FileAppender<>();

    DemoLog(Path path) {
        LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
        root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ours = loggers.getLogger("sotto");
        oursBefore = ours.getEffectiveLevel();
        PatternLayoutEncoder layout = new PatternLayoutEncoder();
        layout.setContext(loggers);
        layout.setPattern("%d %level %logger %msg %mdc%n%ex{full}");
        layout.start();
        file.setContext(loggers);
        file.setFile(path.toString());
        file.setEncoder(layout);
        file.start();
        root.iteratorForAppenders().forEachRemaining(before::add);
        before.forEach(root::detachAppender);
        root.addAppender(file);
        ours.setLevel(Level.DEBUG);
    }

    @Override
    public void close() {
        ours.setLevel(oursBefore);
        root.detachAppender(file);
        before.forEach(root::addAppender);
        file.stop();
    }
}
