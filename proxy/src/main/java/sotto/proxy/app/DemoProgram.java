package sotto.proxy.app;

import java.net.URI;
import sotto.proxy.demo.Running;

/** The program as the demonstration sees it. Used by one thread. */
record DemoProgram(Sotto sotto) implements Running {
    @Override
    public URI api() {
        return URI.create("http://127.0.0.1:" + sotto.httpPort());
    }

    @Override
    public String token() {
        return sotto.takeBootstrapToken()
                .orElseThrow(
                        () -> new IllegalStateException("the token is given out once, to a fresh state directory"));
    }

    @Override
    public void close() {
        sotto.close();
    }
}
