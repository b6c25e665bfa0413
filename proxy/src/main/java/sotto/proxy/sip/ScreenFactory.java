package sotto.proxy.sip;

import gov.nist.javax.sip.parser.MessageParser;
import gov.nist.javax.sip.parser.MessageParserFactory;
import gov.nist.javax.sip.stack.ConnectionOrientedMessageChannel;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.net.InetAddress;
import java.util.function.Consumer;
import sotto.proxy.sip.screen.MessageScreen;

/** Puts {@link MessageScreen} before the stack's parser. Made by the stack, by name. */
public final class ScreenFactory implements MessageParserFactory {
    @Override
    public MessageParser createMessageParser(SIPTransactionStack stack) {
        ScreenedStack ours = (ScreenedStack) stack;
        Consumer<ConnectionOrientedMessageChannel> onSound = connection -> sound(ours, connection);
        return new MessageScreen(ours::malformed, onSound, ours.guard());
    }

    private static void sound(ScreenedStack ours, ConnectionOrientedMessageChannel connection) {
        boolean isNew = ours.newcomers()
                .proved(connection.getTransport(), connection.getPeerAddress(), connection.getPeerPort());
        InetAddress address = connection.getPeerPacketSourceAddress();
        if (isNew && !ours.tlsPeers().names(address, connection.getPeerPort()).isEmpty()) {
            ours.guard().proved(address, System.nanoTime()); // by a certificate of a configured peer
        }
    }
}
