package sotto.proxy.sip.log;

import gov.nist.core.StackLogger;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the SIP stack logs; thread-safe. Its texts quote messages and bodies, so none is passed on: a line says only where
 * in the stack something was reported, and the kind of exception.
 */
public final class StackLog implements StackLogger {
    private static final Logger LOG = LoggerFactory.getLogger(StackLog.class);

    private static void note(String severity, String exception) {
        if (LOG.isDebugEnabled()) {
            String where = StackWalker.getInstance()
                    .walk(frames -> frames.filter(f -> !f.getClassName().equals(StackLog.class.getName()))
                            .findFirst()
                            .map(f -> f.getClassName() + "." + f.getMethodName() + ":" + f.getLineNumber())
                            .orElse("?"));
            LOG.debug("SIP stack, {}: {} {}", severity, where, exception);
        }
    }

    @Override
    public void logStackTrace() {}

    @Override
    public void logStackTrace(int traceLevel) {}

    @Override
    public int getLineCount() {
        return 0;
    }

    @Override
    public void logException(Throwable ex) {
        note("exception", ex.getClass().getName());
    }

    @Override
    public void logDebug(String message) {}

    @Override
    public void logDebug(String message, Exception ex) {}

    @Override
    public void logTrace(String message) {}

    @Override
    public void logFatalError(String message) {
        note("fatal", "");
    }

    @Override
    public void logError(String message) {
        note("error", "");
    }

    @Override
    public void logError(String message, Exception ex) {
        note("error", ex.getClass().getName());
    }

    @Override
    public void logWarning(String message) {
        note("warning", "");
    }

    @Override
    public void logInfo(String message) {}

    /** False, so that the stack does not even put its texts together. */
    @Override
    public boolean isLoggingEnabled() {
        return false;
    }

    @Override
    public boolean isLoggingEnabled(int logLevel) {
        return false;
    }

    @Override
    public void disableLogging() {}

    @Override
    public void enableLogging() {}

    @Override
    public void setBuildTimeStamp(String buildTimeStamp) {}

    @Override
    public void setStackProperties(Properties stackProperties) {}

    @Override
    public String getLoggerName() {
        return StackLog.class.getName();
    }
}
