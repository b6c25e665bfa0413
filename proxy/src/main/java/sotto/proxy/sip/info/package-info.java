/** What the body of an INFO says: octets, without the stack. */
@NullMarked
package sotto.proxy.sip.info;

import org.jspecify.annotations.NullMarked;
