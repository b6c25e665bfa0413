@NullMarked
package sotto.proxy.sip.digest;

import org.jspecify.annotations.NullMarked;
