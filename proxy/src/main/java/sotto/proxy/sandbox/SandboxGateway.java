package sotto.proxy.sandbox;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A payment gateway to try things with: real HTTP, no money. Keeps its own ledger, without card numbers. */
public final class SandboxGateway implements AutoCloseable {
    private SandboxGateway() {}

    /**
     * Listens.
     *
     * @param address port 0 takes a free one
     */
    public static SandboxGateway start(InetSocketAddress address) throws IOException {
        throw new UnsupportedOperationException();
    }

    public int port() {
        throw new UnsupportedOperationException();
    }

    /** Charges that went through, over the life of this gateway. */
    public long charges() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
