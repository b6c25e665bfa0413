package sotto.proxy.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT: the first asks to end in peace, the second ends at once. A shutdown hook could do neither: the JVM
 * would exit with 143, and not hear a second signal. {@code sun.misc.Signal} is reached by name, for javac warns of it
 * in a way that cannot be waived.
 */
final class Termination {
    private static final Logger LOG = LoggerFactory.getLogger(Termination.class);
    private static final int KILLED_BY_SIGTERM = 128 + 15;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final AtomicInteger signals = new AtomicInteger();

    private Termination() {}

    /** Listens from now on. */
    static Termination listen() {
        Termination termination = new Termination();
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler onSignal = (proxy, method, arguments) -> {
                if (method.getDeclaringClass() == Object.class) {
                    return method.invoke(termination, arguments);
                }
                termination.signal();
                return null;
            };
            Object ours =
                    Proxy.newProxyInstance(Termination.class.getClassLoader(), new Class<?>[] {handler}, onSignal);
            for (String name : new String[] {"TERM", "INT"}) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
            }
        } catch (ReflectiveOperationException e) {
            LOG.warn("SIGTERM ends the program without draining: this JVM gives no signals", e);
        }
        return termination;
    }

    private void signal() {
        if (signals.getAndIncrement() == 0) {
            asked.countDown();
        } else {
            LOG.warn("second signal: ended at once, calls are cut");
            Runtime.getRuntime().halt(KILLED_BY_SIGTERM);
        }
    }

    /** Returns at the first signal. */
    void await() throws InterruptedException {
        asked.await();
    }
}
