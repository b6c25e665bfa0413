@NullMarked
package sotto.media.path;

import org.jspecify.annotations.NullMarked;
