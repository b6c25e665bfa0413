package sotto.proxy.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Sets logging up when the first logger is asked for: one appender, to standard error, through {@link LogLine}. In code
 * and first in rank, so that no file on the class path or named by a property can leave {@link DigitGuard} out.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogSetup extends ContextAwareBase implements Configurator {
    /** Libraries that tell at INFO what nobody asked for. */
    private static final List<String> CHATTY = List.of("net.openhft", "io.netty", "io.vertx", "org.jitsi", "gov.nist");

    @Override
    public ExecutionStatus configure(LoggerContext loggers) {
        LogLine line = new LogLine();
        line.setContext(loggers);
        line.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(loggers);
        appender.setTarget("System.err");
        appender.setEncoder(line);
        appender.start();
        ch.qos.logback.classic.Logger root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(appender);
        CHATTY.forEach(name -> loggers.getLogger(name).setLevel(Level.WARN));
        loggers.getLogger("net.openhft.chronicle.core.internal.cleaner").setLevel(Level.ERROR); // advice for JDK 8
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Sends what java.util.logging gets, and what kills a thread, the same way. */
    static void bridge() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        Thread.setDefaultUncaughtExceptionHandler((thread, fault) -> LoggerFactory.getLogger(LogSetup.class)
                .error("thread {} ended by a fault of ours; report this line", thread.getName(), fault));
    }
}
